"""Sends the decisions that wait: several at a time, each until central has given its receipt."""

from __future__ import annotations

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from datetime import datetime

from officer_console.central import wire
from officer_console.central.errors import CentralError
from officer_console.central.register import CentralRegister
from officer_console.domain.dossier import Dossier
from officer_console.store.errors import StoreError
from officer_console.store.outbox import OutboxItem, judged_sha256
from officer_console.store.store import Store
from officer_console.sync.backoff import next_try
from officer_console.sync.held import Held
from officer_console.sync.identity import Identity
from officer_console.sync.pictures import LOST, UNREADABLE, send_picture
from officer_console.sync.report import Change
from officer_console.sync.treatment import Treatment, treatment

log = logging.getLogger(__name__)
security = logging.getLogger("officer_console.security")

# On a slow line most of a decision's time is the way there and back: six fill a line of 256 kbit/s, four do not.
AT_ONCE = 6
# So many more stand ready, so that no connection waits while an answer is written down.
READY = 2
# Who leaves the desk is not held up by a line that hangs: a receipt that comes in this time is written down, one that
# comes later is given again when the decision is sent again.
SECONDS_AFTER_STOP = 1.0
LOOK_SECONDS = 0.1
# An office of which central answers but takes nothing is left alone after so many in a row.
FAILURES_IN_A_ROW = 3
OVERLOADED = frozenset({429, 503})
# What goes wrong before central is asked says nothing of central.
OF_THIS_DESK = frozenset({LOST, UNREADABLE})


class Pushing:
    """The sending side of one desk. ``push`` runs on one thread; with an executor the requests run on its threads."""

    def __init__(
        self,
        store: Store,
        central: CentralRegister,
        scopes: tuple[str, ...],
        held: Held,
        *,
        officer_id: str,
        clock: Callable[[], datetime],
        source: random.Random,
        announce: Callable[[Change], None],
        identity: Identity,
        executor: Executor | None = None,
    ) -> None:
        self._identity = identity
        self._store = store
        self._central = central
        self._scopes = scopes
        self._held = held
        self._officer_id = officer_id
        self._clock = clock
        self._random = source
        self._announce = announce
        self._executor: Executor = executor or _AtOnce()
        self._width = AT_ONCE + READY if executor is not None else 1
        self._unanswered = 0

    def push(self, stopping: Callable[[], bool], *, early: bool = False) -> CentralError | None:
        """Send every decision that is due, the least often tried first; return the first failure that will pass.

        The first goes alone: without a network only one is held up, and it is central's first word after an outage.
        What central refuses is parked; one that fails by itself holds up no other, and an office central cannot serve
        just now no other office. With ``early`` those are sent, too, that have to wait for their time. When
        ``stopping()``, what is under way is left to the executor after a moment, and waits in the outbox as before.

        Raises:
            CentralError: the session has ended, or central asks to be left alone.
            StoreError: the store failed. What was under way by then is settled, as far as the store lets it be.
        """
        with self._store.read() as tx:
            run = _Run(tx.outbox.due(self._clock(), early=early), Held(self._scopes, self._clock))
        under_way: dict[Future[wire.Receipt], tuple[OutboxItem, str]] = {}
        width = 1
        stopped_at: float | None = None
        while True:
            while run.due and len(under_way) < width and not run.over and not stopping():
                item = run.due.popleft()
                if self._left_alone(run, item):
                    continue
                try:
                    epoch = self._epoch_for(item)
                except StoreError as error:
                    run.breaks(error)
                    break
                under_way[self._executor.submit(self._send, item, epoch)] = (item, epoch)
            if not under_way:
                break
            done, _ = wait(under_way, LOOK_SECONDS, FIRST_COMPLETED)
            for future in done:
                try:
                    self._settle(run, *under_way.pop(future), future)
                except Exception as error:  # noqa: BLE001 - raised as soon as the others have their receipts
                    run.breaks(error)
            if run.answered:
                width = self._width
            if under_way and stopped_at is None and stopping():
                stopped_at = time.monotonic()
            if stopped_at is not None and time.monotonic() - stopped_at > SECONDS_AFTER_STOP:
                break
            # What no thread has begun with has not been tried.
            all_end = run.over or stopped_at is not None
            under_way = {
                future: sent
                for future, sent in under_way.items()
                if not ((all_end or self._left_alone(run, sent[0])) and future.cancel())
            }
        if run.broken is not None:
            raise run.broken
        if run.ends is not None:
            raise run.ends
        return run.failed

    def _epoch_for(self, item: OutboxItem) -> str:
        """Return the epoch to send a decision under: the one it was judged in, or the one this desk is in now.

        Versions are used again after central was restored from a backup: version 3 of today may be another state than
        version 3 of yesterday, and a decision judged on the one must never be applied to the other. The epoch in the
        entity tag keeps them apart, so a decision may carry a later epoch than its own only when this desk has shown
        that the state is the same: the office was read anew and whole in that epoch (``Staged.swap`` puts rows and
        epoch in place together), the dossier stands at exactly the version judged, and what a verdict rests on
        (``as_judged``) has the SHA-256 it had when the officer judged it. The number alone proves nothing: another
        change of the new life may have got it. Central applies it if the dossier is at that version in that epoch
        still, so nothing can come in between.

        Everything else goes out under its own epoch. That can have two outcomes only: central has the decision already
        and gives its receipt again (it looks for the ``op_id`` first), or it refuses the epoch and the decision is
        parked for the officer.
        """
        decision = item.decision
        with self._store.read() as tx:
            position = tx.cursors.get(decision.scope_id)
            if position is None or position.epoch == decision.base_epoch or item.judged is None:
                return decision.base_epoch
            dossier = tx.dossiers.get(decision.dossier_id)
        if dossier is None or dossier.version != decision.base_version or judged_sha256(dossier) != item.judged:
            return decision.base_epoch
        return position.epoch

    def _send(self, item: OutboxItem, epoch: str) -> wire.Receipt:
        decision = item.decision
        for photo in decision.photos:
            send_picture(self._store, self._central, decision.scope_id, photo.sha256)
        return self._central.decide(decision, epoch)

    def _settle(self, run: _Run, item: OutboxItem, epoch: str, future: Future[wire.Receipt]) -> None:
        """Write down what became of one decision."""
        try:
            receipt = future.result()
        except CentralError as error:
            self._failed(run, item, epoch, error)
        else:
            self._accepted(item, receipt)
            run.in_a_row.pop(item.decision.scope_id, None)
            run.answered = True
            self._unanswered = 0
        self._announce(Change(dossier_ids=frozenset({item.decision.dossier_id})))

    def _accepted(self, item: OutboxItem, receipt: wire.Receipt) -> None:
        """Keep central's receipt, and the document in it unless the dossier has left this desk.

        A receipt that is given again may be older than the tombstone: nothing would ever take the dossier out again.
        """
        now = self._clock()
        decision = item.decision
        with self._store.write() as tx:
            if tx.dossiers.get(decision.dossier_id) is not None:
                tx.dossiers.put([(receipt.seq, receipt.dossier)])
            # How long it is kept counts from here: a clock that is behind must not make it look old.
            tx.outbox.accepted(item.op_id, max(now, receipt.received_at))
            tx.journal.add(now, "accepted", self._officer_id, decision.dossier_id, item.op_id)
        log.info("decision accepted op=%s status=%s", item.op_id, receipt.dossier.status.value)

    def _failed(self, run: _Run, item: OutboxItem, epoch: str, error: CentralError) -> None:
        what, scope = treatment(error), item.decision.scope_id
        if self._may_renumber(run, item, error):
            run.renumbered.add(item.op_id)
            run.due.appendleft(self._identity.renumber(item))
        elif what in (Treatment.HUMAN, Treatment.BUG):
            self._park(item, error, bug=what is Treatment.BUG)
        elif what is Treatment.RESYNC:
            self._stale(run, item, epoch, error)
        else:
            self._later(item, error)
        if what is Treatment.HOSTILE:
            security.info("answer to op=%s is not of the contract: status=%d", item.op_id, error.status)
        if error.status in OVERLOADED:
            run.failed = run.failed or error
            if not self._held.hold(scope, error):
                run.ends, run.over = run.ends or self._held.first, True
            return
        run.answered = run.answered or not (error.unanswered or error.code in OF_THIS_DESK)
        if what in (Treatment.RETRY, Treatment.HOSTILE):
            run.failed = run.failed or error
            # No answer at all: there is no network, or none worth using.
            run.over = run.over or error.unanswered
            run.in_a_row[scope] = run.in_a_row.get(scope, 0) + 1
            if run.in_a_row[scope] >= FAILURES_IN_A_ROW and not run.unwilling.hold(scope, error):
                run.over = True
        elif what is Treatment.UPDATE:
            run.failed, run.over = run.failed or error, True
        if what is Treatment.REAUTH:
            run.ends, run.over = run.ends or error, True

    @staticmethod
    def _may_renumber(run: _Run, item: OutboxItem, error: CentralError) -> bool:
        """Whether another decision has the number of this one, which is tried once under another store id."""
        used = error.problem is not None and error.problem.code == wire.NUMBER_USED
        return used and item.decision.dseq > 0 and item.op_id not in run.renumbered

    def _left_alone(self, run: _Run, item: OutboxItem) -> bool:
        """Whether nothing more of the decision's office is sent in this run."""
        return any(item.decision.scope_id in held for held in (run.stale, run.unwilling, self._held))

    def _later(self, item: OutboxItem, error: CentralError) -> None:
        now, decision = self._clock(), item.decision
        if error.code not in OF_THIS_DESK:
            self._unanswered = self._unanswered + 1 if error.unanswered else 0
        # A long outage makes every decision wait longer, not only the one that happened to be tried.
        tries = max(item.attempts + 1, self._unanswered)
        missing = error.problem.missing if error.problem is not None else ()
        with self._store.write() as tx:
            for photo in decision.photos:
                if photo.sha256 in missing:
                    tx.uploads.add(photo.sha256, decision.scope_id, photo.media_type)
            next_at = next_try(now, tries, self._random, error.retry_after)
            tx.outbox.later(item.op_id, next_at, error.code, now)

    def _stale(self, run: _Run, item: OutboxItem, epoch: str, error: CentralError) -> None:
        """Central is in another epoch: the office has to be read anew, or has been and the dossier is another one.

        An office this desk does not read is never read anew: its decision would wait for ever.
        """
        decision = item.decision
        if decision.scope_id not in self._scopes:
            self._park(item, CentralError("scope-revoked", problem=error.problem, status=error.status))
            return
        with self._store.read() as tx:
            position = tx.cursors.get(decision.scope_id)
            dossier = tx.dossiers.get(decision.dossier_id)
        if position is None or position.epoch == epoch:
            run.stale.add(decision.scope_id)
            with self._store.write() as tx:
                tx.outbox.hold(item.op_id, error.code)
            return
        self._park(item, _otherwise(error, dossier))

    def _park(self, item: OutboxItem, error: CentralError, *, bug: bool = False) -> None:
        """Keep a refused decision for the officer, with the dossier as central has it where central tells."""
        now = self._clock()
        data = wire.plain(error.problem) if error.problem is not None else {}
        with self._store.write() as tx:
            tx.outbox.refused(item.op_id, error.code, data, now)
            tx.journal.add(now, f"refused:{error.code}", self._officer_id, item.decision.dossier_id, item.op_id)
        if bug:
            log.error("decision quarantined op=%s code=%s status=%d", item.op_id, error.code, error.status)
        else:
            log.warning("decision refused op=%s code=%s", item.op_id, error.code)


class _Run:
    """What one push has met so far."""

    def __init__(self, due: Iterable[OutboxItem], unwilling: Held) -> None:
        """``due`` is what to send; ``unwilling`` are the offices none of whose decisions central takes."""
        self.due = deque(due)
        self.answered = False
        self.over = False
        self.in_a_row: dict[str, int] = {}
        self.unwilling = unwilling
        self.stale: set[str] = set()
        self.renumbered: set[str] = set()
        self.failed: CentralError | None = None
        self.ends: CentralError | None = None
        self.broken: Exception | None = None

    def breaks(self, error: Exception) -> None:
        """Begin nothing more: ``error`` is raised when all that is under way is settled."""
        self.broken, self.over = self.broken or error, True


class _AtOnce(Executor):
    """Does the work on the thread that asks for it."""

    def submit(self, fn: Callable[..., wire.Receipt], /, *args: object, **kwargs: object) -> Future[wire.Receipt]:  # type: ignore[override]  # one kind of work
        future: Future[wire.Receipt] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asks for the result
            future.set_exception(error)
        return future


def _otherwise(error: CentralError, dossier: Dossier | None) -> CentralError:
    """Return the refusal of a decision whose dossier is another one since central was restored."""
    if dossier is None:
        return CentralError("unknown-dossier", problem=error.problem, status=error.status)
    by, at = None, None
    if dossier.judgement is not None:
        by, at = dossier.judgement.officer_name, dossier.judgement.decided_at
    elif dossier.history:
        by, at = dossier.history[-1].who, dossier.history[-1].at
    problem = wire.Problem(
        type=wire.PROBLEM + "version-conflict",
        status=412,
        by=by,
        at=at,
        status_now=dossier.status.value,
        version=dossier.version,
    )
    return CentralError("version-conflict", problem=problem, status=error.status)
