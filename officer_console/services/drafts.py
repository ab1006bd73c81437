"""Drafts: what the officer has typed on a dossier and not recorded, kept sealed and offered again, never recorded."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from officer_console.central import wire
from officer_console.domain.decision import PhotoReplacement, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.store.outbox import judged_sha256
from officer_console.store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What stands in the decision bar, pictures included.

    ``base_version`` is the version of the dossier the officer looked at, ``base_state`` the SHA-256 of what a verdict
    on it rests on (``judged_sha256``). ``replaces`` is the ``op_id`` of the refused decision that is being judged anew.
    """

    base_version: int
    base_state: str | None = None
    verdict: Verdict | None = None
    reason_code: str | None = None
    reason_text: str = ""
    note: str = ""
    original_compared: bool = False
    signed_form_received: bool = False
    marks_confirmed: bool = False
    photos: tuple[PhotoReplacement, ...] = ()
    replaces: str | None = None

    def fits(self, dossier: Dossier) -> bool:
        """Whether ``dossier`` is what the officer had before him.

        Versions are used again when central is restored from a backup, so the number alone does not say it. That
        central was restored does not say it either: most dossiers are what they were.
        """
        return self.base_version == dossier.version and self.base_state in (None, judged_sha256(dossier))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """Entries and when they were kept, aware UTC."""

    entries: Entries
    at: datetime


class DraftKeeping:
    """Keeps one draft a dossier in the sealed store."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def keep(self, dossier_id: str, entries: Entries) -> None:
        """Keep ``entries`` in place of an earlier draft, unless a decision on the dossier has been recorded meanwhile.

        Raises:
            StoreError: nothing was kept.
        """
        pictures = tuple(photo.sha256 for photo in entries.photos)
        with self._store.write() as tx:
            item = tx.outbox.for_dossier(dossier_id)
            if item is not None and item.state == "waiting":
                return
            tx.drafts.put(dossier_id, wire.encode(entries), self._clock(), pictures)

    def find(self, dossier_id: str) -> KeptDraft | None:
        """Return the draft of a dossier; ``None`` when there is none, or none that this program can read."""
        with self._store.read() as tx:
            found = tx.drafts.get(dossier_id)
        if found is None:
            return None
        try:
            return KeptDraft(entries=wire.decode(found[0], Entries), at=found[1])
        except wire.WireError as error:
            log.warning("draft not read: %s", error)
            return None

    def drop(self, dossier_id: str) -> None:
        """Forget the draft of a dossier: the officer does not want it."""
        with self._store.write() as tx:
            tx.drafts.drop(dossier_id)
            tx.captures.drop_open(dossier_id)
