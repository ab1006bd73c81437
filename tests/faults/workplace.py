"""A desk without windows: client, sealed store, engine and services of one signed-in officer, all of them real."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from officer_console import __version__
from officer_console.central.client import CentralClient
from officer_console.central.register import CentralRegister
from officer_console.central.session import CentralSession
from officer_console.domain.decision import Decision, Ticks, Verdict
from officer_console.domain.dossier import Dossier, DossierKind
from officer_console.domain.officer import Officer
from officer_console.ids import uuid7
from officer_console.services.decide import Decide, Draft
from officer_console.store.outbox import OutboxItem
from officer_console.store.store import Store
from officer_console.sync.engine import SyncEngine
from officer_console.sync.report import Change
from tests.central.process import PASSWORD, Central

KEY = bytes(range(32))
CHECKED = Ticks(original_compared=True, signed_form_received=True)


class Clock:
    """The machine's time, which a test may put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def never() -> bool:
    return False


def client(url: str, version: str = __version__) -> CentralClient:
    """Return a client of the central at ``url``, not signed in; ``version`` is what it says of itself."""
    return CentralClient(CentralSession(url, ca_bundle=None, new_id=lambda: str(uuid.uuid4()), version=version))


def draft(about: Dossier, **fields: object) -> Draft:
    """Return what the officer enters to approve ``about``; with ``verdict=Verdict.INVALID`` to refuse it."""
    refused = fields.get("verdict") is Verdict.INVALID
    values: dict[str, object] = {
        "dossier_id": about.id,
        "base_version": about.version,
        "verdict": Verdict.VALID,
        "reason_code": "form-unsigned" if refused else None,
        "ticks": CHECKED,
        "change_confirmed": about.kind is DossierKind.CHANGE,
    }
    return Draft(**(values | fields))  # type: ignore[arg-type]  # fields of Draft by name


class Workplace:
    """Everything one officer's desk has below the windows. ``url``: where it looks for central.

    ``page`` is how many dossiers it asks for at once, ``tidy_beyond`` after how many it tidies its store.
    """

    def __init__(
        self,
        central: Central,
        folder: Path,
        officer: Officer,
        url: str | None = None,
        page: int = 500,
        tidy_beyond: int = 5000,
        version: str = __version__,
    ) -> None:
        self.central = central
        self.officer = officer
        self.folder = folder
        self.page = page
        self.tidy_beyond = tidy_beyond
        self.clock = Clock()
        self.client = client(url or central.url, version)
        self.client.sign_in(officer.username, PASSWORD, "desk-1")
        self.changes: list[Change] = []
        self.progress: list[int | None] = []
        self.woken = 0
        self.open()

    def open(self) -> None:
        """Open the store, again after ``close``, and build everything that stands on it."""
        self.store = Store.open(self.folder / "store.db", KEY, clock=self.clock)
        self.engine = self.engine_over(self.client, page_limit=self.page, tidy_beyond=self.tidy_beyond)
        self.deciding = Decide(self.store, self.officer, clock=self.clock, new_id=self.new_id, recorded=self._recorded)

    def engine_over(self, central: CentralRegister, **options: Any) -> SyncEngine:
        """Return an engine of this desk that asks ``central``."""
        return SyncEngine(
            self.store,
            central,
            self.officer.scopes,
            officer_id=self.officer.id,
            clock=self.clock,
            source=self.source(),
            announce=self.changes.append,
            progress=self.progress.append,
            **options,
        )

    def close(self) -> None:
        self.store.close()

    @staticmethod
    def source() -> random.Random:
        """Return the chance of the back-off, the same in every test."""
        return random.Random(20260101)

    def new_id(self) -> str:
        return uuid7(self.clock(), random.SystemRandom().randbytes)

    def round(self) -> None:
        """Run one whole round."""
        self.engine.run_once(never)

    def stored(self, about: Dossier) -> Dossier | None:
        """Return the dossier as this desk has it."""
        with self.store.read() as tx:
            return tx.dossiers.get(about.id)

    def count(self, scope: str | None = None) -> int:
        """Return how many dossiers of the scope this desk has."""
        with self.store.read() as tx:
            return tx.dossiers.sum(scope or self.officer.scopes[0]).count

    def cursor(self, scope: str | None = None) -> str | None:
        """Return how far the feed is read."""
        with self.store.read() as tx:
            position = tx.cursors.get(scope or self.officer.scopes[0])
        return None if position is None else position.cursor

    def item(self, op_id: str) -> OutboxItem:
        """Return a decision's row."""
        with self.store.read() as tx:
            found = tx.outbox.get(op_id)
        assert found is not None
        return found

    def record(self, about: Dossier, **fields: object) -> Decision:
        """Record a decision on ``about`` as this desk has it."""
        mine = self.stored(about)
        assert mine is not None
        return self.deciding.record(draft(mine, **fields))

    def _recorded(self) -> None:
        self.woken += 1
