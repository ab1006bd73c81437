"""Signed notices go to central's archive, in the same way as signed sheets; they stay here all the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from officer_console.central.errors import CentralError
from officer_console.central.register import CentralRegister
from officer_console.domain.dossier import Dossier
from officer_console.domain.notice import MEDIA_TYPE, Notice
from officer_console.domain.papers import FORM_KINDS, Paper, fitting
from officer_console.store.issued import Issue
from officer_console.store.signed import Unfiled
from officer_console.store.store import Store, Transaction
from officer_console.sync.held import Held, away
from officer_console.sync.pictures import send_with_picture
from officer_console.sync.report import Change
from officer_console.sync.treatment import Treatment, treatment

log = logging.getLogger(__name__)

# After a restore a desk may have years of them: the decisions and dossiers of the next round do not wait for all.
AT_ONCE = 100
# What central is, or has, other than this desk knew: the next pull tells, and the notice waits for its dossier. The
# last two are a central's that is older than this program.
_NOT_NOW = frozenset({"scope-revoked", "forbidden", "unknown-dossier", "dossier-gone", "not-found", "not-an-image"})
_OTHER_DECISION = "other-decision"
_LASTING = frozenset({Treatment.HUMAN, Treatment.BUG})


class Notices:
    """The signed notices of one desk."""

    def __init__(
        self,
        store: Store,
        central: CentralRegister,
        held: Held,
        *,
        officer_id: str,
        clock: Callable[[], datetime],
        announce: Callable[[Change], None],
        at_once: int = AT_ONCE,
    ) -> None:
        self._store = store
        self._central = central
        self._held = held
        self._officer_id = officer_id
        self._clock = clock
        self._announce = announce
        self._at_once = at_once
        # The dossiers that waited for their decision when they were asked about last, the longest ago first.
        self._waited: dict[str, None] = {}

    def send(self, stopping: Callable[[], bool]) -> CentralError | None:
        """Send the notices that central has not got in its present epoch, and return the first failure that will pass.

        One that central refuses stays here, with the reason. One whose dossier does not stand by the decision it tells
        of waits for it to do so: after a restore, that decision may have to come back from another desk first.

        Raises:
            CentralError: the session has ended.
            StoreError: the store failed.
        """
        with self._store.read() as tx:
            if not tx.signed.any():
                return None
            due = self._due(tx)
        first: CentralError | None = None
        left: set[str] = set()
        for unfiled, notice in due:
            if stopping():
                break
            if unfiled.scope in self._held or unfiled.scope in left:
                continue
            try:
                self._send(unfiled, notice)
            except CentralError as error:
                if treatment(error) is Treatment.REAUTH:
                    raise
                if error.code in _NOT_NOW:
                    left.add(unfiled.scope)
                elif _code(error) == _OTHER_DECISION:
                    self._waited[unfiled.dossier_id] = self._waited.pop(unfiled.dossier_id, None)
                elif treatment(error) in _LASTING:
                    self._refused(unfiled, error)
                else:
                    first = first or error
                    if error.unanswered or (away(error) and not self._held.hold(unfiled.scope, error)):
                        break
        return first

    def _due(self, tx: Transaction) -> list[tuple[Unfiled, Notice]]:
        """Return what tells of the decision its dossier stands by, as this desk knows that.

        Offices that are held take nobody's turn, and those that waited before come last.
        """
        found: list[tuple[Unfiled, Notice]] = []
        turns = {dossier_id: turn for turn, dossier_id in enumerate(self._waited, 1)}
        open_ones = [each for each in tx.signed.unfiled() if each.scope not in self._held]
        for unfiled in sorted(open_ones, key=lambda each: turns.get(each.dossier_id, 0)):
            dossier = tx.dossiers.get(unfiled.dossier_id)
            if dossier is not None and _stands(dossier, unfiled):
                issued = tx.issued.get(unfiled.dossier_id, unfiled.paper, unfiled.decision)
                found.append((unfiled, _notice(unfiled, issued)))
            if len(found) == self._at_once:
                break
        return found

    def _send(self, unfiled: Unfiled, notice: Notice) -> None:
        scope, dossier_id = unfiled.scope, unfiled.dossier_id
        put = partial(self._central.put_signed_notice, scope, dossier_id, notice)
        send_with_picture(self._store, self._central, scope, (notice.sha256, MEDIA_TYPE), put)
        self._settle(unfiled, "notice-accepted")
        log.info("signed notice filed")

    def _refused(self, unfiled: Unfiled, error: CentralError) -> None:
        code = _code(error)
        self._settle(unfiled, f"notice-refused:{code}", code)
        log.warning("signed notice refused code=%s", code)

    def _settle(self, unfiled: Unfiled, what: str, code: str | None = None) -> None:
        with self._store.write() as tx:
            position = tx.cursors.get(unfiled.scope)
            tx.signed.settle(unfiled, position.epoch if position is not None else "", code)
            tx.journal.add(self._clock(), what, self._officer_id, unfiled.dossier_id, None)
        self._announce(Change(dossier_ids=frozenset({unfiled.dossier_id})))


def _stands(dossier: Dossier, unfiled: Unfiled) -> bool:
    judged = dossier.judgement
    fits = unfiled.paper in fitting(dossier.kind, dossier.status)
    return fits and judged is not None and judged.op_id == unfiled.decision


def _notice(unfiled: Unfiled, issued: Issue) -> Notice:
    signed = unfiled.signed
    return Notice(
        sha256=signed.sha256,
        size=unfiled.size,
        pages=signed.pages,
        form_kind=int(FORM_KINDS[Paper(unfiled.paper)]),
        decision=unfiled.decision,
        signer=signed.signer,
        certificate=signed.certificate,
        signed_at=signed.at,
        number=issued.number,
        year=issued.year if issued.number else 0,
        replaces=unfiled.replaces,
    )


def _code(error: CentralError) -> str:
    return (error.problem.code if error.problem is not None else None) or error.code
