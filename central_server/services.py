"""What the routes work with, and who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.concurrency import run_in_threadpool

from central_server import bounds
from central_server.auth import Caller, SignIn
from central_server.blobs import BlobStore
from central_server.database import Database
from central_server.decide import Deciding
from central_server.door import Door
from central_server.leases import Leasing
from central_server.problems import ProblemError
from central_server.reference import References
from central_server.registry import HouseholdRegistry
from central_server.times import Clock
from central_server.uploads import Uploads
from officer_console.central import wire
from officer_console.domain.officer import Action

TOKEN_LIMIT = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of one running central."""

    database: Database
    blobs: BlobStore
    uploads: Uploads
    registry: HouseholdRegistry
    references: References
    clock: Clock
    sign_in: SignIn
    door: Door
    deciding: Deciding
    leasing: Leasing
    min_client: str = wire.MIN_CLIENT


async def services_of(request: Request) -> Services:
    """Return the parts the application was made with."""
    found: Services = request.app.state.services
    return found


# Coroutines although they wait for nothing: anything else would be handed to a thread and back for every request.
Parts = Annotated[Services, Depends(services_of)]


async def bearer(request: Request) -> str:
    """Return the token in the request's ``Authorization: Bearer``, whatever it is worth.

    Raises:
        ProblemError: ``token-expired`` when there is none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= TOKEN_LIMIT or not token.isascii():
        raise ProblemError("token-expired")
    return token


async def calling(request: Request, parts: Parts) -> Caller:
    """Return who sends the request.

    Raises:
        ProblemError: ``token-expired`` without a valid ``Authorization: Bearer`` token.
    """
    return await run_in_threadpool(parts.sign_in.caller, await bearer(request))


Token = Annotated[str, Depends(bearer)]
SignedIn = Annotated[Caller, Depends(calling)]
ScopeId = Annotated[str, Path(alias="scope_id", pattern=bounds.SCOPE)]
DossierId = Annotated[str, Path(alias="dossier_id", pattern=bounds.DOSSIER_ID)]
Sha256 = Annotated[str, Path(alias="sha256", pattern=bounds.SHA256)]


def permit(caller: Caller, action: Action, scope_id: str | None = None) -> None:
    """Let pass who may do ``action`` in the scope.

    Raises:
        ProblemError: ``forbidden`` when the role never may, ``scope-revoked`` when the office is not the officer's.
    """
    if not caller.officer.may(action):
        raise ProblemError("forbidden")
    if scope_id is not None and scope_id not in caller.officer.scopes:
        raise ProblemError("scope-revoked")


async def viewing(caller: SignedIn, scope_id: ScopeId) -> Caller:
    """Return the caller, who may look at the dossiers of the scope in the path."""
    permit(caller, Action.VIEW, scope_id)
    return caller


async def acting(caller: SignedIn, scope_id: ScopeId) -> Caller:
    """Return the caller, who may decide on the dossiers of the scope in the path."""
    permit(caller, Action.DECIDE, scope_id)
    return caller


Viewer = Annotated[Caller, Depends(viewing)]
Actor = Annotated[Caller, Depends(acting)]


async def bounded_body(request: Request, limit: int) -> bytes:
    """Return the request's body.

    Raises:
        ProblemError: ``too-large`` as soon as more than ``limit`` bytes are announced or have come.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:20]) > limit:
        raise ProblemError("too-large")
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise ProblemError("too-large")
        chunks.append(chunk)
    return b"".join(chunks)


async def document_body(request: Request) -> bytes:
    """Return the body of a call that sends a JSON document."""
    return await bounded_body(request, bounds.BODY_LIMIT)


Document = Annotated[bytes, Depends(document_body)]
