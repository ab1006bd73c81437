"""Fetches the feed of each scope: what changed, or the whole of it into a second generation."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from officer_console.central.errors import CLIENT_TOO_OLD, DIGEST_DIFFERS, PROTOCOL, RESYNC_LIMIT, CentralError
from officer_console.central.register import CentralRegister
from officer_console.store.cursors import FeedPosition
from officer_console.store.dossiers import newer_in
from officer_console.store.store import Store, Transaction
from officer_console.store.sums import ScopeSum
from officer_console.sync.ahead import Ahead, Pages
from officer_console.sync.held import Held, away
from officer_console.sync.report import Change
from officer_console.sync.treatment import Treatment, treatment

log = logging.getLogger(__name__)

IDS_WORTH_NAMING = 200
# What stands in the way of one office and leaves the others as they are.
REVOKED = "scope-revoked"
OF_ONE_OFFICE = frozenset({REVOKED, DIGEST_DIFFERS, RESYNC_LIMIT})
LET_GO_AT_ONCE = 200
BETWEEN_RESYNCS = timedelta(hours=1)
DISCARDED_AT_ONCE = 500
# An office that has come back: begin, read, compare, read again, compare.
STEPS_AT_MOST = 5


@dataclass(slots=True)
class Progress:
    """What reading one scope has changed so far."""

    dossier_ids: set[str] = field(default_factory=set)
    received: int = 0

    def change(self) -> Change:
        """Return the change to announce."""
        many = len(self.dossier_ids) > IDS_WORTH_NAMING
        return Change(dossier_ids=frozenset() if many else frozenset(self.dossier_ids), all_dossiers=many)


class Pulling:
    """The reading side of one desk. Safe to stop at any point: every step is one transaction."""

    def __init__(
        self,
        store: Store,
        central: CentralRegister,
        scopes: tuple[str, ...],
        held: Held,
        *,
        clock: Callable[[], datetime],
        announce: Callable[[Change], None],
        progress: Callable[[int | None], None],
        pause: Callable[[], None],
        page_limit: int,
        executor: Executor | None,
    ) -> None:
        self._store = store
        self._central = central
        self._scopes = scopes
        self._held = held
        self._clock = clock
        self._announce = announce
        self._progress = progress
        self._give_way = pause
        self._ahead = Ahead(central, page_limit=page_limit, pause=pause, seconds=time.monotonic, executor=executor)
        self._too_old_since: datetime | None = None
        self.untidied = 0

    def pull(self, stopping: Callable[[], bool]) -> CentralError | None:
        """Fetch every scope but those held; return the first error that stands in the way of one office only.

        An office central cannot serve just now, or of which it sends what this program cannot read, is passed over.
        A program that is too old asks again after an hour. Nothing that comes after ``stopping()`` is written: whoever
        leaves the desk waits for this thread, and another one may be at work on the store before a slow line lets go.

        Raises:
            CentralError: no usable answer, or none for two offices alike: then it is the first one's.
        """
        since = self._too_old_since
        if since is not None and timedelta(0) <= self._clock() - since < BETWEEN_RESYNCS:
            return CentralError(CLIENT_TOO_OLD)
        self._too_old_since = None
        first: CentralError | None = None
        with self._store.read() as tx:
            known = tx.cursors.epochs()
        for scope in known.keys() - set(self._scopes):
            self._leave(scope, stopping)
        unreadable = Held(self._scopes, self._clock)
        for scope in self._scopes:
            if scope in self._held:
                continue
            try:
                self._scope(scope, stopping)
            except CentralError as error:
                if treatment(error) is Treatment.UPDATE:
                    self._too_old_since = self._clock()
                    return CentralError(CLIENT_TOO_OLD, problem=error.problem, status=error.status)
                if error.code not in OF_ONE_OFFICE:
                    alike = self._held if away(error) else unreadable if error.code == PROTOCOL else None
                    if alike is None or not alike.hold(scope, error):
                        raise (alike.first if alike is not None else None) or error from None
                log.info("scope %s not pulled: %s", scope, error.code)
                if error.code == REVOKED:
                    self._leave(scope, stopping)
                first = first or error
        return first

    def _pause(self) -> None:
        """Let the window go first, unless somebody waits for this transaction to end: *Ghi nhận* goes before both."""
        if not self._store.awaited:
            self._give_way()

    def _leave(self, scope: str, stopping: Callable[[], bool]) -> None:
        """Take the dossiers of an office that is not the officer's any more off this desk.

        What he decided there and central has not settled stays, with its dossier, until it is settled. The place in the
        feed says nothing of what is left: should the office come back, it is read from its beginning.
        """
        with self._store.read() as tx:
            position = tx.cursors.get(scope)
            if position is None or (position.at_beginning and not self._something_leaves(tx, scope)):
                return
        if stopping():
            return
        with self._store.apply() as tx:
            tx.cursors.set(replace(position, cursor="", seq=0))
            tx.staged.start_over(scope)
        self._discard(scope, stopping)
        more = True
        while more:
            if stopping():
                return
            self._pause()
            with self._store.apply() as tx:
                gone = tx.dossiers.let_go(scope, LET_GO_AT_ONCE)
            more = len(gone) == LET_GO_AT_ONCE
            if gone:
                log.info("scope %s: %d dossiers left this desk", scope, len(gone))
                self._announce(Progress(set(gone)).change())
        with self._store.apply() as tx:
            # Last, so that a program that is ended on the way goes on with it. What is under way is looked at again.
            if tx.dossiers.sum(scope).count == 0:
                tx.cursors.forget(scope)

    @staticmethod
    def _something_leaves(tx: Transaction, scope: str) -> bool:
        """Whether an office that was taken away has anything here but dossiers a decision is under way on."""
        return bool(tx.dossiers.idle(scope, 1)) or tx.staged.left_over(scope)

    def _scope(self, scope: str, stopping: Callable[[], bool]) -> None:
        for _ in range(STEPS_AT_MOST):
            if stopping() or self._step(scope, stopping):
                break
        else:
            # Another epoch each time: nothing can be said of the list.
            raise CentralError(PROTOCOL)
        self._progress(None)

    def _step(self, scope: str, stopping: Callable[[], bool]) -> bool:
        """Go on from where the store is; return whether the end of the feed is reached and all adds up."""
        with self._store.read() as tx:
            position = tx.cursors.get(scope)
            staged = tx.staged.position(scope)
        if staged is not None:
            # What is new since its last page comes next: an answer about a lease may have been here already.
            self._anew(scope, staged, stopping, bare=position is not None and position.at_beginning)
            return False
        if position is None or not position.at_beginning:
            return self._follow(scope, position, stopping)
        # Central refuses this as long as the office is away: then there is nothing to begin.
        epoch = self._central.changes(scope, None, 1).epoch
        if not stopping():
            self._begin(scope, epoch, "the office has come back")
        return False

    def _follow(self, scope: str, position: FeedPosition | None, stopping: Callable[[], bool]) -> bool:
        """Apply what changed after ``position``; return whether the store may go on from there.

        ``False``: the feed has to be read from its beginning, and may be by now. The first reading of a scope fills the
        list as it comes: there is no other generation yet.
        """
        first, asked_again = position is None, False
        done = Progress()
        while not stopping():
            try:
                page = self._page(scope, position)
            except CentralError as error:
                if position is None or treatment(error) is not Treatment.RESYNC:
                    raise
                self._begin(scope, self._central.meta().epoch, error.code)
                return False
            if stopping():
                break
            if position is not None and page.epoch != position.epoch:
                self._begin(scope, page.epoch, "epoch-changed")
                return False
            position = _after(position, scope, page)
            touched, agrees = self._apply(position, page)
            done.dossier_ids.update(touched)
            done.received += len(page.items)
            self.untidied += len(page.items)
            if page.more:
                self._progress(done.received)
            if done.dossier_ids and (first or not page.more):
                self._announce(done.change())
                done.dossier_ids.clear()
            if page.more:
                continue
            if agrees:
                return True
            # An answer about a lease may have overtaken the page: the next one says the same as the store then.
            if asked_again:
                self._begin(scope, page.epoch, DIGEST_DIFFERS)
                return False
            asked_again = True
        return True

    def _anew(self, scope: str, staged: FeedPosition, stopping: Callable[[], bool], *, bare: bool) -> None:
        """Read the scope from its beginning, or on from ``staged``, and make it the list when it is whole.

        The list stays the old generation until then, whatever happens on the way. ``bare``: there is next to nothing of
        it, as the office was away; what came is better then, even if it does not add up.

        Raises:
            CentralError: ``digest-differs``: what came does not add up, so the list stays as it is.
        """
        position = None if staged.at_beginning else staged
        if position is None:
            self._discard(scope, stopping)
        asked_again = began_again = False
        received = 0
        while not stopping():
            try:
                page = self._page(scope, position)
                moved_on = position is not None and page.epoch != position.epoch
                epoch = page.epoch
            except CentralError as error:
                if position is None or treatment(error) is not Treatment.RESYNC:
                    raise
                moved_on, epoch = True, self._central.meta().epoch
            if stopping():
                break
            if moved_on:
                # A central that does this twice in a row would keep the round going for ever.
                if began_again:
                    raise CentralError(PROTOCOL)
                self._begin(scope, epoch, "epoch-changed")
                self._discard(scope, stopping)
                position, began_again = None, True
                continue
            position = _after(position, scope, page)
            with self._store.apply() as tx:
                puts = [(item.seq, item.doc) for item in page.items if item.doc is not None]
                tx.staged.put(position, puts, [item.id for item in page.items if item.op == "gone"])
            received += len(page.items)
            self._progress(received)
            if page.state is None or page.more:
                continue
            if self._swap(scope, ScopeSum(count=page.state.count, digest=page.state.digest), bare=bare):
                self._discard(scope, stopping)
                return
            if asked_again:
                with self._store.apply() as tx:
                    tx.staged.give_up(scope)
                self._discard(scope, stopping)
                raise CentralError(DIGEST_DIFFERS)
            asked_again = True

    def _swap(self, scope: str, told: ScopeSum, *, bare: bool) -> bool:
        """Make the next generation the list if it adds up to what central told, or that is ``bare``.

        Return whether it is the list now.
        """
        with self._store.apply() as tx:
            if not bare and tx.staged.sum(scope) != told:
                return False
            touched = tx.staged.swap(scope, self._pause)
        log.info("scope %s read anew: %d dossiers differ", scope, len(touched))
        self.untidied += len(touched)
        self._announce(Progress(set(touched)).change())
        return True

    def _begin(self, scope: str, epoch: str, why: str) -> None:
        """Remember, before anything of it is written, that the scope is read anew in ``epoch``.

        Raises:
            CentralError: that was begun less than an hour ago, by this run of the program or one before. It stops here
                instead of going round for ever: ``digest-differs`` when the sums are the reason, else ``resync-limit``.
        """
        now = self._clock()
        with self._store.write() as tx:
            position = tx.cursors.get(scope)
            if not tx.staged.may_begin(scope, epoch, now, BETWEEN_RESYNCS):
                raise CentralError(DIGEST_DIFFERS if why == DIGEST_DIFFERS else RESYNC_LIMIT)
            # Who has an office back must not look at an empty list for an hour: the pace of the rounds is limit enough.
            bare = position is not None and position.at_beginning
            tx.staged.begin(scope, epoch, None if bare else now)
        reason = "the sums differ" if why == DIGEST_DIFFERS else why
        log.warning("feed of scope %s starts over: %s", scope, reason)

    def _discard(self, scope: str, stopping: Callable[[], bool]) -> None:
        more = True
        while more and not stopping():
            self._pause()
            with self._store.apply() as tx:
                more = tx.staged.discard(scope, DISCARDED_AT_ONCE)

    def _page(self, scope: str, position: FeedPosition | None) -> Pages:
        """Return the page after ``position``, from the beginning when that is ``None``."""
        page = self._ahead.after(scope, position.cursor if position else None)
        if page.state is None and not page.more:
            raise CentralError(PROTOCOL)
        if position is not None and page.epoch == position.epoch and page.more and page.next == position.cursor:
            raise CentralError(PROTOCOL)
        return page

    def _apply(self, position: FeedPosition, page: Pages) -> tuple[set[str], bool]:
        """Write one page and the place behind it, all or nothing.

        What another office of the officer's has from another life of central gives way, whatever its version.
        Return the ids of the dossiers it touched, and whether the store adds up to what central says: a page that is
        not the last says nothing of that and agrees.
        """
        scope = position.scope
        with self._store.apply() as tx:
            tx.dossiers.take(page.arrivals, pause=self._pause, gives_way=newer_in(page.epoch, tx.cursors.epochs()))
            tx.dossiers.remove([item.id for item in page.items if item.op == "gone"], scope=scope)
            tx.cursors.set(position)
            agrees = page.state is None or tx.dossiers.sum(scope) == ScopeSum(
                count=page.state.count, digest=page.state.digest
            )
        return {item.id for item in page.items}, agrees


def _after(position: FeedPosition | None, scope: str, page: Pages) -> FeedPosition:
    """Return the place behind ``page``, which was read at ``position``."""
    seq = page.state.seq if page.state else position.seq if position else 0
    return FeedPosition(scope=scope, cursor=page.next, epoch=page.epoch, seq=seq)
