"""The OpenAPI description: with the documents msgspec reads and the refusals of every call."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from central_server.answers import schema
from central_server.routes.dossiers import LeaseRequest
from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKeys, SignedForm
from officer_console.domain.notice import Notice
from officer_console.domain.officer import Officer

_DOCUMENTS = (
    wire.Meta,
    wire.Credentials,
    wire.RefreshRequest,
    wire.Grant,
    wire.Page,
    wire.Ledger,
    wire.Receipt,
    wire.Leased,
    wire.HouseholdQuestion,
    wire.HouseholdAnswer,
    wire.Problem,
    LeaseRequest,
    Decision,
    Dossier,
    Officer,
    FormKeys,
    SignedForm,
    Notice,
)
# FastAPI's own refusals never leave this server.
_UNUSED = ("HTTPValidationError", "ValidationError")
_METHODS = frozenset({"get", "head", "put", "post", "delete", "patch", "options"})


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of all calls."""
    described = get_openapi(title=app.title, version=app.version, routes=app.routes)
    _, components = msgspec.json.schema_components(_DOCUMENTS, ref_template="#/components/schemas/{name}")
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(components)
    for name in _UNUSED:
        schemas.pop(name, None)
    described["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    described["security"] = [{"token": []}]
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            if method in _METHODS:
                call["responses"] = _with_refusals(path, method, call)
    return described


def _with_refusals(path: str, method: str, call: dict[str, Any]) -> dict[str, Any]:
    """Return a call's responses with the refusals that follow from where it stands and what it takes."""
    refusals = {"default": "Any other refusal"}
    if "security" not in call:
        refusals["401"] = "No valid token (token-expired)"
    if "{scope_id}" in path:
        refusals["403"] = "Not the officer's office (scope-revoked), or not his to do (forbidden)"
    if "{dossier_id}" in path:
        refusals |= {"404": "Not in this scope (unknown-dossier)", "410": "Has left the scope (dossier-gone)"}
    if "requestBody" in call:
        refusals["413"] = "Body over the limit (too-large)"
    if "requestBody" in call or call.get("parameters"):
        refusals["422"] = "Malformed, out of bounds or against a rule (validation)"
    given: dict[str, Any] = call["responses"]
    own = {status: words for status, words in given.items() if not _fastapis(words)}
    # an answer to HEAD has no body, refusal or not
    body = {} if method == "head" else schema("Problem")
    return {status: {"description": words} | body for status, words in refusals.items()} | own


def _fastapis(response: dict[str, Any]) -> bool:
    return any(
        str(part.get("schema", {}).get("$ref", "")).endswith("/HTTPValidationError")
        for part in response.get("content", {}).values()
    )
