"""Signed notices that central did not take: told to the officer until he has seen it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from officer_console.domain.notice import notice_about
from officer_console.domain.officer import Officer
from officer_console.domain.papers import FORM_KINDS, Paper
from officer_console.store.signed import Refused
from officer_console.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRefusal:
    """A notice that was signed here and not taken: ``code`` says why, ``by`` who signed another one before.

    ``number`` is the dossier's, empty when that is not on this desk; ``document_number`` is the notice's own.
    """

    dossier_id: str
    number: str
    code: str
    by: str | None
    refused: Refused
    document_number: str = ""


class NoticeRefusals:
    """The refusals of one desk. Not for the thread of the window."""

    def __init__(self, store: Store, officer: Officer, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._officer = officer
        self._clock = clock

    def open(self) -> tuple[NoticeRefusal, ...]:
        """Return those the officer has not seen, the oldest first."""
        with self._store.read() as tx:
            found = [
                (each, tx.dossiers.get(each.dossier_id), tx.issued.get(each.dossier_id, each.paper, each.decision))
                for each in tx.signed.refused()
            ]
        refusals = []
        for each, dossier, issued in found:
            notices = dossier.notices if dossier is not None else ()
            there = notice_about(notices, FORM_KINDS[Paper(each.paper)], each.decision)
            refusals.append(
                NoticeRefusal(
                    dossier_id=each.dossier_id,
                    number=dossier.number if dossier is not None else "",
                    code=each.error_code,
                    by=there.brought_by if there is not None else None,
                    refused=each,
                    document_number=issued.number,
                )
            )
        return tuple(refusals)

    def seen(self, refusal: NoticeRefusal) -> None:
        """The officer has seen it; the notice stays in the sealed store."""
        with self._store.write() as tx:
            tx.signed.told(refusal.refused)
            tx.journal.add(self._clock(), "notice-refusal-seen", self._officer.id, refusal.dossier_id, None)
