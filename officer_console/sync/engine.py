"""One round of synchronisation: send what waits, fetch what changed."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from officer_console.central import wire
from officer_console.central.client import CentralRegister
from officer_console.central.errors import DIGEST_DIFFERS, PROTOCOL, SIGN_IN_NEEDED, CentralError
from officer_console.store.cursors import FeedPosition
from officer_console.store.outbox import OutboxItem
from officer_console.store.store import Store
from officer_console.store.sums import ScopeSum
from officer_console.sync.backoff import next_try
from officer_console.sync.reference import refresh_reference
from officer_console.sync.report import Change

log = logging.getLogger(__name__)

IDS_WORTH_NAMING = 200
STARTS_OVER = frozenset({"cursor-expired", "epoch-changed"})
# What stands in the way of one office and leaves the others as they are.
OF_ONE_OFFICE = frozenset({"scope-revoked", DIGEST_DIFFERS})
TIDY_BEYOND = 5000
BETWEEN_RESTARTS = timedelta(hours=1)


@dataclass(slots=True)
class Progress:
    """What a round has changed so far."""

    dossier_ids: set[str]
    received: int = 0
    reference: bool = False

    def change(self) -> Change:
        """Return the change to announce."""
        many = len(self.dossier_ids) > IDS_WORTH_NAMING
        return Change(
            dossier_ids=frozenset() if many else frozenset(self.dossier_ids),
            all_dossiers=many,
            reference=self.reference,
        )


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
    ) -> None:
        """Bind the parts; ``source`` spreads the tries, ``progress`` hears how many dossiers came, ``None`` at the end.

        ``pause`` is called between small pieces of a pull, ``page_limit`` is how many dossiers are asked for at once.
        The store is tidied when more than ``tidy_beyond`` dossiers have come.
        """
        self._page_limit = page_limit
        self._store = store
        self._central = central
        self._scopes = scopes
        self._officer_id = officer_id
        self._clock = clock
        self._random = source
        self._announce = announce
        self._progress = progress
        self._pause = pause
        self._restarted: dict[str, datetime] = {}
        self._tidy_beyond = tidy_beyond
        self._untidied = 0
        self._swept = False

    def run_once(self, stopping: Callable[[], bool]) -> None:
        """Push, pull, refresh the reference lists, clean up; returns early when ``stopping()``.

        Raises:
            CentralError: as ``push`` and ``pull``; what was done before stays done.
        """
        self.push(stopping)
        hindered = self._pull_scopes(stopping)
        if not stopping():
            self.refresh_reference()
            self._clean_up(stopping)
        if hindered is not None:
            raise hindered

    def push(self, stopping: Callable[[], bool]) -> None:
        """Send every decision that is due, oldest first. A refusal parks the decision; no network ends the round."""
        with self._store.read() as tx:
            due = tx.outbox.due(self._clock())
        for item in due:
            if stopping():
                return
            self._send(item)

    def pull(self, stopping: Callable[[], bool]) -> None:
        """Fetch the feed of every scope to its end.

        Raises:
            CentralError: no usable answer; or, after all other offices, the first one's ``scope-revoked`` or
                ``digest-differs`` (what central sent does not add up to what it says is there).
        """
        hindered = self._pull_scopes(stopping)
        if hindered is not None:
            raise hindered

    def refresh_reference(self) -> None:
        """Fetch the lists a deployment edits, where they changed."""
        if refresh_reference(self._store, self._central):
            self._announce(Change(reference=True))

    def _clean_up(self, stopping: Callable[[], bool]) -> None:
        """Drop the pictures nothing needs, once; merge the words after many dossiers have come."""
        if not self._swept:
            log.info("%d sealed pictures dropped", self._store.blobs.sweep(self._clock()))
            self._swept = True
        if self._untidied > self._tidy_beyond and self._store.tidy(stopping, self._pause):
            self._untidied = 0

    def _send(self, item: OutboxItem) -> None:
        decision = item.decision
        try:
            self._upload(decision.scope_id, tuple(photo.sha256 for photo in decision.photos))
            receipt = self._central.decide(decision, decision.base_epoch)
        except CentralError as error:
            if error.passing or error.code == SIGN_IN_NEEDED:
                with self._store.write() as tx:
                    tx.outbox.later(
                        item.op_id,
                        next_try(self._clock(), item.attempts + 1, self._random, error.retry_after),
                        error.code,
                    )
                self._announce(Change(dossier_ids=frozenset({decision.dossier_id})))
                raise
            if error.code == "attachment-missing" and error.problem is not None:
                with self._store.write() as tx:
                    for photo in decision.photos:
                        if photo.sha256 in error.problem.missing:
                            tx.uploads.add(photo.sha256, decision.scope_id, photo.media_type)
                    tx.outbox.later(item.op_id, next_try(self._clock(), item.attempts + 1, self._random), error.code)
                return
            self._park(item, error)
            return
        now = self._clock()
        with self._store.write() as tx:
            tx.dossiers.put([(receipt.seq, receipt.dossier)])
            tx.outbox.accepted(item.op_id, now)
            tx.journal.add(now, "accepted", self._officer_id, decision.dossier_id, item.op_id)
        log.info("decision accepted op=%s status=%s", item.op_id, receipt.dossier.status.value)
        self._announce(Change(dossier_ids=frozenset({decision.dossier_id})))

    def _park(self, item: OutboxItem, error: CentralError) -> None:
        """Keep a refused decision for the officer, with the dossier as central has it where central tells."""
        now = self._clock()
        data = wire.plain(error.problem) if error.problem is not None else {}
        with self._store.write() as tx:
            tx.outbox.refused(item.op_id, error.code, data, now)
            tx.journal.add(now, f"refused:{error.code}", self._officer_id, item.decision.dossier_id, item.op_id)
        log.warning("decision refused op=%s code=%s", item.op_id, error.code)
        self._announce(Change(dossier_ids=frozenset({item.decision.dossier_id})))

    def _upload(self, scope: str, names: tuple[str, ...]) -> None:
        for sha256 in names:
            with self._store.read() as tx:
                waiting = tx.uploads.waiting(sha256, scope)
            if waiting is None:
                continue
            data = self._store.blobs.get(sha256)
            if data is None:
                raise CentralError("attachment-lost")
            self._central.put_blob(scope, sha256, waiting.media_type, data)
            with self._store.write() as tx:
                tx.uploads.done(sha256, scope)

    def _pull_scopes(self, stopping: Callable[[], bool]) -> CentralError | None:
        """Fetch every scope; return the first error that stands in the way of one office only."""
        first: CentralError | None = None
        for scope in self._scopes:
            try:
                self._pull_scope(scope, stopping)
            except CentralError as error:
                if error.code not in OF_ONE_OFFICE:
                    raise
                log.info("scope %s not pulled: %s", scope, error.code)
                first = first or error
        return first

    def _pull_scope(self, scope: str, stopping: Callable[[], bool]) -> None:
        with self._store.read() as tx:
            position = tx.cursors.get(scope)
        first = position is None
        anew = asked_again = False
        done = Progress(set())
        while not stopping():
            page = self._page(scope, position)
            if page is None:
                # A central that does this twice in a row would keep the round going for ever.
                if anew:
                    raise CentralError(PROTOCOL)
                log.warning("feed of scope %s starts over", scope)
                position, anew, asked_again = None, True, False
                continue
            forget = anew and position is None
            position = FeedPosition(
                scope=scope,
                cursor=page.next,
                epoch=page.epoch,
                seq=page.state.seq if page.state else position.seq if position else 0,
            )
            touched, agrees = self._apply(position, page, forget=forget)
            done.dossier_ids.update(touched)
            done.received += len(page.items)
            self._untidied += len(page.items)
            if page.more:
                self._progress(done.received)
            if done.dossier_ids and (first or not page.more):
                self._announce(done.change())
                done.dossier_ids.clear()
            if page.more:
                continue
            if agrees:
                break
            # An answer about a lease may have overtaken the page: the next one says the same as the store then.
            if asked_again:
                self._start_over(scope, anew=anew)
                position, anew = None, True
            asked_again = not asked_again
        self._progress(None)

    def _start_over(self, scope: str, *, anew: bool) -> None:
        """Note that the scope's feed is read anew because the sums differ.

        Raises:
            CentralError: ``digest-differs``: that did not help just now, or less than an hour ago.
        """
        now = self._clock()
        before = self._restarted.get(scope)
        if anew or (before is not None and now - before < BETWEEN_RESTARTS):
            raise CentralError(DIGEST_DIFFERS)
        self._restarted[scope] = now
        log.warning("feed of scope %s starts over: the sums differ", scope)

    def _page(self, scope: str, position: FeedPosition | None) -> wire.Page | None:
        """Return the page after ``position``; ``None`` when the feed has to be read from its beginning again."""
        try:
            page = self._central.changes(scope, position.cursor if position else None, self._page_limit)
        except CentralError as error:
            if error.code in STARTS_OVER and position is not None:
                return None
            raise
        if page.state is None and not page.more:
            raise CentralError(PROTOCOL)
        if position is None:
            return page
        if page.epoch != position.epoch:
            return None
        if page.more and page.next == position.cursor:
            raise CentralError(PROTOCOL)
        return page

    def _apply(self, position: FeedPosition, page: wire.Page, *, forget: bool) -> tuple[set[str], bool]:
        """Write one page and the place behind it, all or nothing.

        Return the ids of the dossiers it touched, and whether the store adds up to what central says: a page that is
        not the last says nothing of that and agrees. ``forget`` marks the first page of a feed that starts over. It
        goes with the page, so that until then the outbox finds an epoch and the list stays as it is. What the new feed
        did not name leaves only when the rest adds up.
        """
        scope = position.scope
        left: tuple[str, ...] = ()
        with self._store.apply() as tx:
            if forget:
                tx.dossiers.forget_scope(scope)
            tx.dossiers.put([(item.seq, item.doc) for item in page.items if item.doc is not None], pause=self._pause)
            tx.dossiers.remove([item.id for item in page.items if item.op == "gone"], scope=scope)
            tx.cursors.set(position)
            agrees = page.state is None or tx.dossiers.sum(scope) == ScopeSum(
                count=page.state.count, digest=page.state.digest
            )
            if agrees and not page.more:
                left = tx.dossiers.drop_forgotten(scope)
        return {item.id for item in page.items}.union(left), agrees
