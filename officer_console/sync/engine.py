"""One round of synchronisation: send what waits, fetch what changed, compare what central has of this desk."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from datetime import datetime, timedelta

from officer_console.central import wire
from officer_console.central.errors import CentralError
from officer_console.central.register import CentralRegister
from officer_console.store.store import Store
from officer_console.sync.clock import note_clock
from officer_console.sync.forms import SHEETS_KEPT, Forms
from officer_console.sync.held import Held, OfficeError, Rest, away
from officer_console.sync.identity import Identity
from officer_console.sync.ledger import Ledgers
from officer_console.sync.notices import Notices
from officer_console.sync.pull import OF_ONE_OFFICE, REVOKED, Pulling
from officer_console.sync.push import Pushing
from officer_console.sync.reference import refresh_reference
from officer_console.sync.report import Change

log = logging.getLogger(__name__)

TIDY_BEYOND = 5000
# A decision on a dossier may rest on an earlier one that central has lost as well.
SENT_AGAIN_AT_MOST = 4
ACKNOWLEDGED_KEPT = timedelta(days=90)


class SyncEngine:
    """Moves decisions to central and dossiers from it. Safe to stop at any point: every step is one transaction."""

    def __init__(
        self,
        store: Store,
        central: CentralRegister,
        scopes: tuple[str, ...],
        *,
        officer_id: str,
        clock: Callable[[], datetime],
        source: random.Random,
        announce: Callable[[Change], None],
        progress: Callable[[int | None], None],
        pause: Callable[[], None] = lambda: None,
        page_limit: int = wire.PAGE_LIMIT,
        tidy_beyond: int = TIDY_BEYOND,
        executor: Executor | None = None,
    ) -> None:
        """Bind the parts; ``source`` spreads the tries and makes store ids.

        ``progress`` hears how many dossiers came, ``None`` at the end.
        ``pause`` is called between small pieces of a pull, ``page_limit`` is how many dossiers are asked for at once.
        The store is tidied when more than ``tidy_beyond`` dossiers have come. With an ``executor`` up to six decisions
        are sent at a time on its threads, and pages are fetched while others are written.
        """
        self._store = store
        self._central = central
        self._scopes = scopes
        self._clock = clock
        self._announce = announce
        self._pause = pause
        self._held = Held(scopes, clock)
        identity = Identity(store, officer_id=officer_id, clock=clock, source=source)
        self._pushing = Pushing(
            store,
            central,
            scopes,
            self._held,
            officer_id=officer_id,
            clock=clock,
            source=source,
            announce=announce,
            identity=identity,
            executor=executor,
        )
        self._pulling = Pulling(
            store,
            central,
            scopes,
            self._held,
            clock=clock,
            announce=announce,
            progress=progress,
            pause=pause,
            page_limit=page_limit,
            executor=executor,
        )
        self._ledgers = Ledgers(
            store, central, officer_id=officer_id, clock=clock, announce=announce, identity=identity
        )
        self._forms = Forms(store, central, scopes, self._held, officer_id=officer_id, clock=clock, announce=announce)
        self._notices = Notices(store, central, self._held, officer_id=officer_id, clock=clock, announce=announce)
        self._tidy_beyond = tidy_beyond
        self._swept = False
        self._papers_indexed = False

    @property
    def rests(self) -> Mapping[str, Rest]:
        """The offices central has asked time for, and until when. May be asked on any thread."""
        return self._held.rests

    @property
    def clock_offset(self) -> timedelta | None:
        """Central's clock less this machine's, from the last answer; ``None`` before the first."""
        there = self._central.server_time()
        return None if there is None else there - self._clock()

    def run_once(self, stopping: Callable[[], bool], *, asked: bool = False) -> None:
        """Push, pull, compare the ledgers, send signed sheets and notices, refresh lists and keys, clean up.

        Returns early when ``stopping()``.

        What waited for the pull, or is no longer at central, is sent in the same round. A decision that fails by itself
        keeps neither the others nor the pull from going on: its row says why it waits. ``asked`` by the officer, the
        round tries everything once, whatever time central has asked for.

        Raises:
            OfficeError: central cannot serve one office just now; all else was done.
            CentralError: there is no way to go on, something stands in the way of reading, or a decision got no answer
                at all; what was done stays done.
        """
        self._held.let_go(asked=asked)
        note_clock(self._store, self.clock_offset, self._clock())
        failed = self._pushing.push(stopping, early=asked)
        hindered = self._pulling.pull(stopping)
        if not stopping():
            compared = self._compare(stopping)
            hindered = hindered or compared
        for send in (self._forms.send, self._notices.send):
            if not stopping():
                unfiled = send(stopping)
                failed, hindered = failed or unfiled, hindered or unfiled
        if not stopping():
            self.refresh_reference(stopping)
            self._forms.fetch_keys(stopping)
        if not stopping():
            self._clean_up(stopping)
        unanswered = failed if failed is not None and failed.unanswered else None
        standing = self._held.standing()
        of_all = None if isinstance(standing, OfficeError) else standing
        error = of_all or unanswered or standing or hindered
        if error is not None:
            raise error

    def push(self, stopping: Callable[[], bool]) -> None:
        """Send every decision that is due. A refusal parks the decision; no network ends the round.

        Raises:
            CentralError: the first failure that may pass.
        """
        self._held.let_go()
        failed = self._pushing.push(stopping)
        if failed is not None:
            raise failed

    def pull(self, stopping: Callable[[], bool]) -> None:
        """Fetch the feed of every scope to its end.

        Raises:
            CentralError: no usable answer; or, after all other offices, the first one's ``scope-revoked``,
                ``digest-differs`` (what central sent does not add up to what it says is there) or ``resync-limit``.
        """
        self._held.let_go()
        hindered = self._pulling.pull(stopping)
        if hindered is not None:
            raise hindered

    def refresh_reference(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Fetch the lists a deployment edits, where they changed."""
        if refresh_reference(self._store, self._central, stopping):
            self._announce(Change(reference=True))

    def _compare(self, stopping: Callable[[], bool]) -> CentralError | None:
        """Compare every scope's ledger and send what is owed after that; return what stands in one office's way."""
        first: CentralError | None = None
        for _ in range(SENT_AGAIN_AT_MOST):
            with self._store.read() as tx:
                held = tx.outbox.held()
            lost = 0
            for scope in self._decided_in():
                if scope in self._held:
                    continue
                try:
                    lost += self._ledgers.compare(scope, stopping)
                except CentralError as error:
                    if error.code == REVOKED and scope not in self._scopes:
                        continue
                    if error.code not in OF_ONE_OFFICE and not (away(error) and self._held.hold(scope, error)):
                        raise
                    first = first or error
            if stopping() or not (lost or held):
                break
            self._pushing.push(stopping)
        return first

    def _decided_in(self) -> tuple[str, ...]:
        """Return the offices this store has decisions for, also those that are not the officer's any more."""
        with self._store.read() as tx:
            return tuple(dict.fromkeys(scope for scope, _ in tx.outbox.numbered()))

    def _clean_up(self, stopping: Callable[[], bool]) -> None:
        """Drop what nothing needs, once; merge the words after many dossiers have come."""
        if not self._swept:
            log.info("%d sealed pictures dropped", self._store.blobs.sweep(self._clock()))
            there = self._central.server_time()
            if there is not None:
                # By whichever clock is behind: one that runs ahead must not take away what a restore may ask for.
                today = min(there, self._clock())
                with self._store.write() as tx:
                    log.info("%d old decisions dropped", tx.outbox.tidy(today - ACKNOWLEDGED_KEPT))
                    tx.sheets.tidy(today - SHEETS_KEPT)
            self._swept = True
        if not self._papers_indexed:
            self._papers_indexed = self._store.index_papers(stopping, self._pause)
        if self._pulling.untidied > self._tidy_beyond and self._store.tidy(stopping, self._pause):
            self._pulling.untidied = 0
