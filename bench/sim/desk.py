"""One desk: the real sealed store, engine and services in a program that may die at any transaction's edge."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Self

from sqlalchemy import Engine

from bench.sim.line import Line
from bench.sim.weather import DeskCrashError, Weather
from officer_console.central.client import CentralClient
from officer_console.central.errors import SIGN_IN_NEEDED, CentralError
from officer_console.domain.decision import Decision, Ticks, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Officer
from officer_console.ids import uuid7
from officer_console.services.decide import Decide, Draft
from officer_console.store import sealed
from officer_console.store.cursors import FeedPosition
from officer_console.store.search import Search
from officer_console.store.store import Store, Transaction
from officer_console.sync.engine import SyncEngine
from officer_console.sync.online import Online

KEY = bytes(range(32))
PAGE = 2
_COPIED = 0.35
_TICKS = Ticks(original_compared=True, signed_form_received=True)

Recorded = Callable[["Desk", Decision, Dossier], None]


class MortalStore(Store):
    """A sealed store; the program may end at each edge of a transaction, and with a power cut lose the unsynced."""

    _engines: ClassVar[dict[Path, Engine]] = {}

    step: Callable[[str], None] = staticmethod(lambda _edge: None)
    unsynced: Callable[[], None] = staticmethod(lambda: None)
    synced: Callable[[], None] = staticmethod(lambda: None)

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Open the file at ``path`` with new connections.

        Seeds use the same few paths one after the other: what is the same for all of them, the prepared statements,
        is made once.
        """
        engine = cls._engines.get(path)
        if engine is None:
            engine = cls._engines.setdefault(path, sealed.engine(sealed.connector(path, KEY)))
        return cls(engine, path, Search(sealed.connector(path, KEY)))

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Read one consistent state."""
        self.step("before a read")
        with super().read() as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Write the officer's own work."""
        self.step("before a write")
        with super().write() as tx:
            yield tx
            self.step("before a commit")
        self.synced()
        self.step("after a commit")

    @contextmanager
    def apply(self) -> Iterator[Transaction]:
        """Write what central told."""
        self.step("before taking in")
        self.unsynced()
        with super().apply() as tx:
            yield tx
            self.step("before a commit of what came")
        self.step("after a commit of what came")


class Desk:
    """One desk and the officer at it."""

    store_kind: type[MortalStore] = MortalStore
    engine_kind: type[SyncEngine] = SyncEngine

    def __init__(self, weather: Weather, folder: Path, officer: Officer, line: Line, recorded: Recorded) -> None:
        """Take over the prepared store ``folder/store.db``; ``recorded`` hears of each decision that is kept."""
        self.weather = weather
        self.path = folder / "store.db"
        self.officer = officer
        self.line = line
        self.line.officer_id = officer.id
        self.ahead = timedelta()
        self.depth = 0
        self.ended = ""
        self.looked: dict[str, Dossier] = {}
        self._recorded = recorded
        self._made: dict[str, Dossier] = {}
        self._judging: Dossier | None = None
        self._copy = self.path.with_name("unsynced")
        self.client = self.connect()
        self.open()

    def clock(self) -> datetime:
        """Return what the desk's clock shows."""
        return self.weather.now + self.ahead

    def connect(self) -> CentralClient:
        """Return a client that is not signed in."""
        return CentralClient(self.line)

    def open(self) -> None:
        """Start the program."""
        self.store = self.store_kind.opened(self.path)
        self.store.step, self.store.unsynced, self.store.synced = self._step, self._keep_copy, self._drop_copy
        self.work_for(self.officer)

    def work_for(self, officer: Officer) -> None:
        """Build what stands on the store, for the offices the officer has now."""
        self.officer = officer
        self.engine = self.engine_kind(
            self.store,
            self.client,
            officer.scopes,
            officer_id=officer.id,
            clock=self.clock,
            source=random.Random(self.weather.random.random()),
            announce=lambda _change: None,
            progress=lambda _count: None,
            page_limit=PAGE,
        )
        self.online = Online(self.store, self.client, lambda _change: None)
        self.deciding = Decide(self.store, officer, clock=self.clock, new_id=self._new_id, recorded=lambda: None)

    def round(self) -> None:
        """Run one round of the engine as the sync thread does; ``ended`` says what ended it early, or nothing."""
        self.ended = "crash"
        with self._alive():
            self.ended = self._one_round()

    def look(self, dossier_id: str, *, ask: bool) -> None:
        """Open a dossier, with a lease when central answers to ``ask``."""
        with self._alive():
            dossier = self.stored(dossier_id)
            if dossier is None:
                return
            if ask and self.client.signed_in:
                try:
                    dossier = self.online.take(dossier.scope_id, dossier_id)
                except CentralError as error:
                    if error.code == SIGN_IN_NEEDED:
                        return
            self.looked[dossier_id] = dossier
            self.weather.tell(f"{self.name} looks at {short(dossier)}")

    def decide(self, dossier_id: str, verdict: Verdict, replaces: str | None = None) -> None:
        """Record a decision on a dossier as it was looked at."""
        looked = self.looked.pop(dossier_id, None)
        if looked is None:
            return
        draft = Draft(
            dossier_id=dossier_id,
            base_version=looked.version,
            seen=looked,
            verdict=verdict,
            reason_code="form-unsigned" if verdict is Verdict.INVALID else None,
            ticks=_TICKS,
        )
        self._judging = looked
        with self._alive():
            try:
                self.deciding.record(draft, replaces)
            except RuleError as error:
                self.weather.tell(f"{self.name} may not decide on {short(looked)}: {error.code}")
        self._note_decisions()

    def settle(self, *, anew: bool) -> None:
        """Put the oldest refused decision aside, or decide ``anew`` in its place."""
        item = None
        with self._alive():
            with self.store.read() as tx:
                refused = tx.outbox.attention()
            item = refused[0] if refused else None
            if item is not None and not anew:
                self.deciding.withdraw(item.op_id)
                self.weather.tell(f"{self.name} puts {item.op_id[-6:]} aside")
        if item is not None and anew:
            self.look(item.decision.dossier_id, ask=False)
            self.decide(item.decision.dossier_id, item.decision.verdict, item.op_id)

    def stored(self, dossier_id: str) -> Dossier | None:
        """Return a dossier as the desk has it."""
        with self.peek() as tx:
            return tx.dossiers.get(dossier_id)

    def position(self, scope: str) -> FeedPosition | None:
        """Return how far the desk has read the feed of a scope."""
        with self.peek() as tx:
            return tx.cursors.get(scope)

    @contextmanager
    def peek(self) -> Iterator[Transaction]:
        """Read the store past all faults."""
        with Store.read(self.store) as tx:
            yield tx

    @property
    def name(self) -> str:
        """What the story calls the desk."""
        return self.officer.id

    def _one_round(self) -> str:
        try:
            if not self.client.signed_in:
                officer = self.client.sign_in(self.officer.username, "", "")
                if officer != self.officer:
                    self.work_for(officer)
            self.engine.run_once(_never)
        except CentralError as error:
            self.weather.tell(f"{self.name} round ends: {error.code}")
            return error.code
        return ""

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """Do a piece of work; when the program dies in it, start it again."""
        self.depth += 1
        try:
            yield
        except DeskCrashError:
            if self.depth > 1:
                raise
            self._restart()
        finally:
            self.depth -= 1

    def _restart(self) -> None:
        self.store.close()
        if self._copy.exists() and self.weather.hit(self.weather.odds.power_cut):
            self.weather.tell(f"{self.name} loses what was not synced")
            for suffix in ("", "-wal"):
                kept = self._copy.with_name(self._copy.name + suffix)
                target = self.path.with_name(self.path.name + suffix)
                target.unlink(missing_ok=True)
                if kept.exists():
                    shutil.copyfile(kept, target)
            self.path.with_name(self.path.name + "-shm").unlink(missing_ok=True)
        self._drop_copy()
        self.looked.clear()
        self.client = self.connect()
        self.open()
        self._note_decisions()

    def _note_decisions(self) -> None:
        """Tell of the decisions the store has kept since the last time."""
        if not self._made:
            return
        with self.peek() as tx:
            for op_id, judged in self._made.items():
                item = tx.outbox.get(op_id)
                if item is not None:
                    self._recorded(self, item.decision, judged)
        self._made.clear()

    def _new_id(self) -> str:
        made = uuid7(self.weather.now, self.weather.bytes)
        if self._judging is not None:
            self._made[made] = self._judging
        return made

    def _step(self, edge: str) -> None:
        # Only the outermost piece of work of a desk can die: the ones around it would have to go with it.
        if self.depth == 1 and self.weather.hit(self.weather.odds.desk_crash):
            self.weather.fault("desk_crashes")
            self.weather.counts["crashes"] += 1
            self.weather.tell(f"{self.name} dies {edge}")
            raise DeskCrashError

    def _keep_copy(self) -> None:
        """Remember the file as the disk surely has it, before something is written that a power cut may take back."""
        if self._copy.exists() or not self.weather.hit(_COPIED * (self.weather.odds.power_cut > 0)):
            return
        for suffix in ("", "-wal"):
            source = self.path.with_name(self.path.name + suffix)
            if source.exists():
                shutil.copyfile(source, self._copy.with_name(self._copy.name + suffix))

    def _drop_copy(self) -> None:
        for suffix in ("", "-wal"):
            self._copy.with_name(self._copy.name + suffix).unlink(missing_ok=True)


def short(dossier: Dossier) -> str:
    """Return what the story says of a dossier."""
    return f"{dossier.id[-2:]}@{dossier.scope_id[-1]} v{dossier.version} {dossier.status.value}"


def _never() -> bool:
    return False
