"""Record a decision: one transaction in the sealed store, then the program may be closed at any moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from officer_console.domain.checks import Finding, Level, decision_findings, permitted
from officer_console.domain.deadline import today
from officer_console.domain.decision import Decision, PhotoReplacement, Ticks, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.judged import as_judged
from officer_console.domain.officer import Action, Officer
from officer_console.domain.reference import Reference
from officer_console.store.outbox import judged_sha256
from officer_console.store.store import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the officer has entered so far for one dossier.

    ``seen`` is the dossier he has before him: versions are used again when central is restored from a backup, so the
    number alone does not say that the state is still the same. ``None`` where nobody looks at one.
    ``compared`` is what the page showed of each of his cards, in codes without values (`domain.evidence.compared`): it
    goes into this machine's journal.
    """

    dossier_id: str
    base_version: int
    seen: Dossier | None = None
    verdict: Verdict | None = None
    reason_code: str | None = None
    reason_text: str | None = None
    note: str | None = None
    ticks: Ticks = field(default_factory=Ticks)
    photos: tuple[PhotoReplacement, ...] = ()
    marks_confirmed: bool = False
    change_confirmed: bool = False
    compared: tuple[str, ...] = ()


class Decide:
    """Checks drafts and records decisions of one officer."""

    def __init__(
        self,
        store: Store,
        officer: Officer,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        recorded: Callable[[], None],
        clock_offset: Callable[[], timedelta | None] = lambda: None,
        central_clock: Callable[[], datetime] | None = None,
    ) -> None:
        """``new_id`` makes UUIDv7 text; ``recorded`` is called after each commit (it wakes the sync).

        ``clock`` is this machine's: the journal and ``decided_at`` go by it. ``clock_offset`` is central's clock less
        ``clock``, as far as it is known, and goes into the decision with it. Deadlines and leases are compared with
        ``central_clock``, ``clock`` when there is none.
        """
        self._store = store
        self._officer = officer
        self._clock = clock
        self._new_id = new_id
        self._recorded = recorded
        self._clock_offset = clock_offset
        self._central_clock = central_clock or clock

    def needs(self, dossier: Dossier, draft: Draft, reference: Reference) -> tuple[Finding, ...]:
        """Return what still stands against recording ``draft``; pure, no I/O."""
        if draft.verdict is None:
            return (Finding(code="verdict-missing", field="verdict", level=Level.ERROR),)
        return decision_findings(dossier, self._decision(dossier, draft, ""), reference, today(self._central_clock()))

    def record(self, draft: Draft, replaces: str | None = None) -> Decision:
        """Write the decision and its journal line; the dossier itself changes only when central answers.

        ``replaces`` is the ``op_id`` of a refused decision that this one stands for: it leaves the desk in the same
        transaction.

        Raises:
            RuleError: ``forbidden``, ``unknown-dossier``, ``already-decided``, ``already-waiting``, ``version-changed``
                (the dossier changed since the officer looked), ``leased``, or the first finding that forbids it.
            StoreError: the store cannot be written; nothing was recorded.
        """
        if not self._officer.may(Action.DECIDE):
            raise RuleError("forbidden")
        now = self._clock()
        with self._store.write() as tx:
            dossier = tx.dossiers.get(draft.dossier_id)
            if dossier is None:
                raise RuleError("unknown-dossier")
            if replaces is not None:
                tx.outbox.resolve(replaces, now)
                tx.journal.add(now, "withdrawn", self._officer.id, draft.dossier_id, replaces)
            if tx.outbox.for_dossier(draft.dossier_id) is not None:
                raise RuleError("already-waiting")
            if not permitted(dossier.status, draft.verdict or Verdict.VALID):
                raise RuleError("already-decided", status=dossier.status.value)
            if dossier.version != draft.base_version:
                raise RuleError("version-changed")
            if draft.seen is not None and as_judged(draft.seen) != as_judged(dossier):
                raise RuleError("version-changed")
            if dossier.lease is not None and dossier.lease.held_by_other(self._officer.id, self._central_clock()):
                raise RuleError("leased", by=dossier.lease.officer_name)
            for finding in self.needs(dossier, draft, tx.reference.get()):
                if finding.level is Level.ERROR:
                    raise RuleError(finding.code, field=finding.field, **finding.data)
            position = tx.cursors.get(dossier.scope_id)
            decision = replace(
                self._decision(dossier, draft, position.epoch if position else ""),
                photos=tuple(_with_reason(tx, dossier.id, photo) for photo in draft.photos),
                device_id=tx.device.id(self._new_id),
                dseq=tx.device.next_number(dossier.scope_id),
            )
            tx.outbox.add(decision, now)
            tx.drafts.drop(dossier.id)
            tx.captures.settle(dossier.id, decision.op_id, {photo.sha256 for photo in draft.photos})
            for photo in draft.photos:
                tx.uploads.add(photo.sha256, dossier.scope_id, photo.media_type)
            tx.journal.add(now, f"decided:{decision.verdict.value}", self._officer.id, dossier.id, decision.op_id)
            for card in draft.compared:
                tx.journal.add(now, f"compared:{card}", self._officer.id, dossier.id, decision.op_id)
        self._recorded()
        return decision

    def withdraw(self, op_id: str) -> None:
        """Take a refused decision off the desk after the officer has seen why; the journal keeps it.

        Raises:
            StoreError: ``store-conflict`` when it has been settled already.
        """
        now = self._clock()
        with self._store.write() as tx:
            item = tx.outbox.get(op_id)
            tx.outbox.resolve(op_id, now)
            if item is not None:
                # What was typed to judge it anew goes with it.
                tx.drafts.drop(item.decision.dossier_id)
            tx.journal.add(now, "withdrawn", self._officer.id, item.decision.dossier_id if item else None, op_id)
        self._recorded()

    def _decision(self, dossier: Dossier, draft: Draft, epoch: str) -> Decision:
        if draft.verdict is None:
            raise RuleError("verdict-missing", field="verdict")
        offset = self._clock_offset()
        return Decision(
            op_id=self._new_id(),
            dossier_id=dossier.id,
            scope_id=dossier.scope_id,
            base_version=draft.base_version,
            base_epoch=epoch,
            judged_sha256=judged_sha256(dossier),
            verdict=draft.verdict,
            reason_code=draft.reason_code,
            reason_text=draft.reason_text,
            note=draft.note,
            ticks=draft.ticks,
            photos=draft.photos,
            marks_confirmed=draft.marks_confirmed,
            change_confirmed=draft.change_confirmed,
            decided_at=self._clock(),
            clock_offset_ms=None if offset is None else round(offset / timedelta(milliseconds=1)),
        )


def _with_reason(tx: Transaction, dossier_id: str, photo: PhotoReplacement) -> PhotoReplacement:
    """Return the replacement with the reason that was given when the picture was taken."""
    made = tx.captures.find(dossier_id, photo.sha256) if photo.reason is None else None
    return replace(photo, reason=made.reason) if made is not None and made.reason else photo
