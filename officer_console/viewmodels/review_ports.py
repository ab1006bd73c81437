"""What the detail side of the window needs from the services: small protocols, so tests can pass small fakes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from officer_console.domain.checks import Finding
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.lease import Lease
from officer_console.domain.reference import Reference
from officer_console.domain.registry import RegistryAnswer
from officer_console.services.decide import Draft

UNEXPECTED = "unexpected"


class Refused(Protocol):
    """A decision central did not take; the officer has to look at it."""

    @property
    def op_id(self) -> str:
        """The decision's number."""

    @property
    def decision(self) -> Decision:
        """The decision as it was recorded."""

    @property
    def error_code(self) -> str | None:
        """The name of the problem central answered with."""

    @property
    def error_data(self) -> Mapping[str, Any] | None:
        """The problem's data: ``by``, ``at``, ``status_now``, ``version``, ``until``, ``code`` …"""


class Opened(Protocol):
    """A dossier as the desk knows it."""

    @property
    def dossier(self) -> Dossier:
        """The dossier as central last told it."""

    @property
    def pending(self) -> Decision | None:
        """The decision that waits to be sent."""

    @property
    def attention(self) -> Refused | None:
        """The decision central refused."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say about the declared data."""

    @property
    def reference(self) -> Reference:
        """Lists and thresholds."""

    @property
    def lease_by_other(self) -> Lease | None:
        """The lease when somebody else holds it."""

    @property
    def offline(self) -> bool:
        """Whether central could not be asked for the lease."""


class ReviewService(Protocol):
    """Reading a dossier and its pictures. Every call may be slow."""

    def open(self, dossier_id: str) -> Opened:
        """Return the dossier from the store."""

    def take(self, dossier_id: str, *, break_other: bool = False, reason: str | None = None) -> Opened:
        """Ask central for the lease (again)."""

    def release(self, dossier_id: str) -> None:
        """Give the lease back."""

    def picture(self, dossier_id: str, sha256: str) -> bytes:
        """Return the checked bytes of a picture (JPEG or PNG)."""

    def check_household(self, dossier_id: str) -> RegistryAnswer:
        """Ask the household registry without deciding."""


class DecideService(Protocol):
    """Judging a dossier."""

    def needs(self, dossier: Dossier, draft: Draft, reference: Reference) -> tuple[Finding, ...]:
        """Return what the draft still lacks and what the officer should know."""

    def record(self, draft: Draft, replaces: str | None = None) -> Decision:
        """Write the decision to the outbox; ``replaces`` is a refused one that leaves the desk with it."""

    def withdraw(self, op_id: str) -> None:
        """Take a refused decision off the desk: the officer has seen it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why something did not work: a code and data for ``views/messages.py``, never a sentence."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


def failure(error: Exception) -> Failure:
    """Return code and data of an error that carries them; ``unexpected`` for any other."""
    code = getattr(error, "code", None)
    if not isinstance(code, str):
        return Failure(code=UNEXPECTED, data={"kind": type(error).__name__})
    data: dict[str, Any] = dict(getattr(error, "data", None) or {})
    problem = getattr(error, "problem", None)
    if problem is not None:
        for name in ("by", "at", "until", "status_now", "version", "request_id"):
            value = getattr(problem, name, None)
            if value is not None:
                data[name] = value
        if problem.code:
            data["rule"] = problem.code
    return Failure(code=code, data=data)
