"""What the list side of the window needs from below: small protocols, so that tests can pass small fakes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from PySide6.QtCore import SignalInstance

from officer_console.domain.officer import Officer
from officer_console.domain.search import Criteria, Row

T = TypeVar("T")
M = TypeVar("M", bound="Marks")
Clock = Callable[[], datetime]


class Job(Protocol):
    """Work under way."""

    def cancel(self) -> None:
        """Drop the callbacks."""


class Jobs(Protocol):
    """Runs slow work elsewhere and calls back on the GUI thread."""

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> Job:
        """Run ``work``, then ``done(result)`` or ``failed(error)``."""


class ChangePort(Protocol):
    """What is different in the store."""

    @property
    def dossier_ids(self) -> frozenset[str]:
        """The dossiers that may read differently."""

    @property
    def all_dossiers(self) -> bool:
        """Whether any dossier may read differently."""

    @property
    def reference(self) -> bool:
        """Whether the lists and labels changed."""


class StatusPort(Protocol):
    """How the synchronisation stands (``sync.report.SyncStatus``)."""

    @property
    def online(self) -> bool:
        """Whether central answered last time."""

    @property
    def serving(self) -> bool:
        """Whether it does what it is asked, rather than say that it cannot just now."""

    @property
    def signed_in(self) -> bool:
        """Whether central knows the session."""

    @property
    def last_sync(self) -> datetime | None:
        """When the store last was in step with central, by central's clock; ``None`` before the first time."""

    @property
    def waiting(self) -> int:
        """How many decisions wait to be sent."""

    @property
    def attention(self) -> int:
        """How many decisions central refused."""

    @property
    def recorded(self) -> int:
        """How many decisions were recorded here and not put aside."""

    @property
    def confirmed(self) -> int:
        """How many of them central's ledger names."""

    @property
    def unread(self) -> int:
        """How many more central accepted since its ledger was read."""

    @property
    def rest_until(self) -> datetime | None:
        """When the time is over that central has asked of the whole desk, aware UTC."""

    @property
    def first_sync_done(self) -> bool:
        """Whether the store has ever been in step."""

    @property
    def progress(self) -> int | None:
        """How many dossiers have come so far in the round under way."""

    @property
    def error_code(self) -> str | None:
        """Why the last round ended, when it did not succeed."""


class NewsPort(Protocol):
    """Tells what changed in the store and how the synchronisation stands."""

    @property
    def changed(self) -> SignalInstance:
        """Carries a :class:`ChangePort`."""

    @property
    def status(self) -> SignalInstance:
        """Carries a :class:`StatusPort`."""


class Page(Protocol):
    """One page of an answer."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows."""

    @property
    def next(self) -> object | None:
        """Where the next page begins; ``None`` at the end."""


class Counted(Protocol):
    """How many rows there are."""

    @property
    def value(self) -> int:
        """The number, at most the bound."""

    @property
    def more(self) -> bool:
        """Whether there are more than ``value``."""


class Marks(Protocol):
    """Marks along a whole answer, for jumps."""

    @property
    def count(self) -> int:
        """How many rows the whole answer has."""


class QueueService(Protocol[M]):
    """Searches; every call may be slow and may raise ``RuleError`` or an error of the store."""

    def page(self, criteria: Criteria, after: None = None, limit: int = 100) -> Page:
        """Return the first rows."""

    def count(self, criteria: Criteria) -> Counted:
        """Return how many rows there are, up to a bound."""

    def anchors(self, criteria: Criteria) -> M:
        """Return marks for jumps."""

    def window(self, criteria: Criteria, anchors: M, first: int, count: int) -> tuple[Row, ...]:
        """Return the rows ``first`` to ``first + count - 1``."""

    def interrupt(self) -> None:
        """Stop searches under way."""


class SessionPort(Protocol):
    """Who is signed in."""

    @property
    def officer(self) -> Officer:
        """The officer."""

    @property
    def online(self) -> bool:
        """Whether central confirmed the password just now."""


class SignInService(Protocol):
    """Signing in; may be slow (network, key derivation)."""

    def sign_in(self, username: str, password: str, old_password: str | None = None) -> SessionPort:
        """Return the session.

        Raises an error with a code: ``invalid-credentials``, ``locked-out``, ``unreachable``, ``wrong-password``,
        ``no-slot`` …
        """
