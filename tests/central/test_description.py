"""The description of the calls at ``/v1/openapi.json``, held against what the server does."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.central.process import Central, problem

METHODS = ("get", "head", "put", "post", "patch", "delete", "options")
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
pytestmark = pytest.mark.parametrize("central", ["sqlite"], indirect=True, scope="session")

PLACES = {"scope_id": "07906", "dossier_id": "x", "sha256": "0" * 64, "kind": "labels", "upload_id": "0" * 32}


@pytest.fixture(scope="module")
def described(central: Central) -> dict[str, Any]:
    document: dict[str, Any] = requests.get(f"{central.url}/v1/openapi.json", timeout=60).json()
    return document


def calls(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    found = [(path, method, call) for path, ways in described["paths"].items() for method, call in ways.items()]
    assert {method for _, method, _ in found} == set(METHODS)
    assert len(found) == 23
    return found


def refusal(answer: requests.Response) -> str:
    """Return the name of a refusal; none comes with an answer to HEAD, which has no body."""
    if answer.request.method == "HEAD":
        assert answer.content == b""
        return ""
    return problem(answer).name


def test_every_refusal_of_every_call_is_a_problem_document(described: dict[str, Any]) -> None:
    for path, method, call in calls(described):
        refusals = {status: told for status, told in call["responses"].items() if not status.startswith(("2", "3"))}
        assert "default" in refusals, (method, path)
        for status, told in refusals.items():
            assert told.get("content") == (None if method == "head" else PROBLEM), (method, path, status)
    assert "ValidationError" not in json.dumps(described)
    assert {"type", "code", "pointer", "missing"} <= set(described["components"]["schemas"]["Problem"]["properties"])


def test_every_call_but_the_public_ones_needs_a_token_and_says_so(central: Central, described: dict[str, Any]) -> None:
    public = set()
    for path, method, call in calls(described):
        answer = requests.request(method, central.url + path.format(**PLACES), data=b"", timeout=60)
        refused = answer.status_code == 401 and refusal(answer) in ("token-expired", "")
        if call.get("security") == []:
            public.add((method, path))
            assert not refused, (method, path)
        else:
            assert refused, (method, path)
            assert "401" in call["responses"], (method, path)
            assert "security" not in call, (method, path)
    assert described["security"] == [{"token": []}]
    assert public == {("get", "/v1/meta"), ("post", "/v1/sessions"), ("post", "/v1/sessions/refresh")}


def test_every_call_about_an_office_may_be_forbidden_and_says_so(central: Central, described: dict[str, Any]) -> None:
    elsewhere = central.desk(scopes=("00101",))
    # an officer's own decisions are told him wherever they were made
    ledger = "/v1/scopes/{scope_id}/ledger"
    about_an_office = [found for found in calls(described) if "{scope_id}" in found[0] and found[0] != ledger]
    for path, method, call in about_an_office:
        answer = elsewhere.call(method, path.format(**PLACES), raw=b"", Content_Type="image/jpeg")
        assert (answer.status_code, refusal(answer) or "scope-revoked") == (403, "scope-revoked"), (method, path)
        assert "403" in call["responses"], (method, path)
    assert "403" in described["paths"]["/v1/household-checks"]["post"]["responses"]
    assert "403" in described["paths"]["/v1/sessions"]["post"]["responses"]


def test_pictures_and_notices_are_described_as_such(described: dict[str, Any]) -> None:
    picture = described["paths"]["/v1/scopes/{scope_id}/blobs/{sha256}"]
    assert set(picture["get"]["responses"]["200"]["content"]) == {"image/jpeg", "image/png", "application/pdf"}
    assert "content" not in picture["put"]["responses"]["201"]
