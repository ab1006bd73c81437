"""Pictures taken at the desk become replacements: sealed with original and recipe, part of the draft, taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from officer_console.central import wire
from officer_console.codes.pixels import Gray
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import PhotoReplacement
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Officer
from officer_console.imaging.edit import Edit
from officer_console.imaging.encode import PAGE_BYTES, PORTRAIT_BYTES, within
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb, grey_of, shrunk
from officer_console.services.drafts import Entries
from officer_console.services.picture_codes import CARD_KINDS, PictureCodes, codes_in
from officer_console.services.shots import Shot, Shots, remembered, written
from officer_console.store.captures import Captured
from officer_console.store.errors import StoreError
from officer_console.store.outbox import judged_sha256
from officer_console.store.store import Store, Transaction

__all__ = ["Capture", "Shot", "written"]

JPEG = "image/jpeg"
REASON_LIMIT = 500
# A portrait of 3 x 4 cm at 600 dpi; an A4 page at 300 dpi.
_LONGEST = {AttachmentKind.PORTRAIT: 1000}
_LONGEST_PAGE = 3600
NOTHING_DONE = Edit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One original, by its SHA-256 in the sealed store, and what is done to the page of it.

    ``page`` is 0; originals of earlier versions are whole files.
    """

    sha256: str
    page: int
    dpi: int | None
    edit: Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a replacement is made: one source, or both sides of a card and what is done to the sheet.

    ``former`` is the replacement before it.
    """

    sources: tuple[Source, ...]
    edit: Edit = NOTHING_DONE
    former: PhotoReplacement | None = None


class Capture(Shots):
    """One officer's camera, scanner, files and clipboard."""

    def __init__(
        self,
        store: Store,
        officer: Officer,
        gate: Gate,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        super().__init__(gate, new_id)
        self._store = store
        self._officer = officer
        self._clock = clock
        self._attaching = threading.Lock()

    def attach(self, dossier_id: str, kind: AttachmentKind, shot: Shot, edit: Edit, reason: str) -> Attachment:
        """Seal the edited picture and its original, and make it part of what was entered for the dossier.

        Of a file of several pages that page alone is its original. The picture is within its budget (portrait 300 kB,
        others 1 MB) with its codes readable. From here on it survives whatever happens to the program, as a draft does;
        it goes with the next decision. ``reason`` may be empty.

        Raises:
            RuleError: ``unknown-dossier``, ``already-waiting`` (decided meanwhile), ``reason-text-too-long``.
            OverBudgetError: it cannot be made so small without losing its codes.
            GateError: the shot cannot be decoded any more.
            StoreError: nothing was attached.

        In each of these cases no sealed picture is left behind that was not there before.
        """
        kept: list[str] = []
        with self._attaching:
            try:
                return self._attach(dossier_id, kind, shot, edit, reason, kept)
            except Exception:
                # Nobody names what was sealed for nothing, and nobody could undo it.
                with suppress(StoreError):
                    self._store.blobs.drop(kept)
                raise

    def _attach(
        self, dossier_id: str, kind: AttachmentKind, shot: Shot, edit: Edit, reason: str, kept: list[str]
    ) -> Attachment:
        """Do as ``attach`` says; ``kept`` is told what was sealed."""
        reason = " ".join(reason.split())
        if len(reason) > REASON_LIMIT:
            raise RuleError("reason-text-too-long", field="reason", length=len(reason), limit=REASON_LIMIT)
        with self._store.read() as tx:
            _dossier(tx, dossier_id)

        def seal(data: bytes) -> str:
            kept.append(self._store.blobs.put(data, dossier_id))
            return kept[-1]

        # A scan has some 26 MB: it is sealed while its codes are read and it is encoded.
        with ThreadPoolExecutor(1, thread_name_prefix="originals") as beside:
            sealed = beside.submit(lambda: tuple(self._sources(shot, edit, seal)))
            rgb, codes = _sized(self.edited(shot, edit), kind)
            budget = PORTRAIT_BYTES if kind is AttachmentKind.PORTRAIT else PAGE_BYTES
            data = within(rgb, budget, lambda made: not codes or codes.are_in(self._grey(made)))
            sources = sealed.result()
        sha256 = seal(data)
        seen = remembered(dossier_id, kind, sha256, rgb)
        photo = PhotoReplacement(kind=kind, sha256=sha256, media_type=JPEG, size=len(data), reason=reason or None)
        now = self._clock()
        with self._store.write() as tx:
            dossier = _dossier(tx, dossier_id)
            entries = _entries(tx, dossier)
            former = next((before for before in entries.photos if before.kind is kind), None)
            top = tx.captures.newest(dossier_id, kind.value)
            if top is not None and (former is None or top.sha256 != former.sha256):
                # What lies there was left behind by a draft that is gone.
                tx.captures.drop_open(dossier_id, kind.value)
            recipe = Recipe(sources=sources, edit=_plain(edit) if shot.sides else NOTHING_DONE, former=former)
            tx.captures.add(
                Captured(
                    dossier_id=dossier_id,
                    kind=kind.value,
                    sha256=sha256,
                    size=len(data),
                    former=former.sha256 if former is not None else None,
                    recipe=wire.encode(recipe),
                    originals=tuple(source.sha256 for source in sources),
                    reason=reason,
                    at=now,
                )
            )
            tx.fingerprints.put(seen)
            self._put_draft(tx, dossier, entries, kind, photo, now)
        return self._attachment(photo, now)

    def undo(self, dossier_id: str, kind: AttachmentKind, only: str | None = None) -> Attachment | None:
        """Take the last replacement back and return the picture that counts then; ``None`` when there is none.

        With ``only``, a SHA-256, nothing is taken back unless that is the last one.

        Raises:
            RuleError: ``unknown-dossier``, ``already-waiting``.
            StoreError: nothing was taken back.
        """
        now = self._clock()
        with self._store.write() as tx:
            dossier = _dossier(tx, dossier_id)
            entries = _entries(tx, dossier)
            former = next((photo for photo in entries.photos if photo.kind is kind), None)
            top = tx.captures.newest(dossier_id, kind.value)
            if only is None or (top is not None and top.sha256 == only):
                former = wire.decode(top.recipe, Recipe).former if top is not None else None
                if top is not None:
                    tx.captures.drop_newest(dossier_id, kind.value)
                    tx.fingerprints.drop(dossier_id, top.sha256)
                self._put_draft(tx, dossier, entries, kind, former, now)
        if former is not None:
            return self._attachment(former, now)
        return next((own for own in dossier.attachments if own.kind is kind), None)

    def reopen(self, dossier_id: str, sha256: str) -> tuple[Shot, Edit] | None:
        """Return the original of a replacement and its recipe, to change that; ``None`` when it is not here any more.

        Raises:
            GateError: the original cannot be decoded any more.
        """
        with self._store.read() as tx:
            found = tx.captures.find(dossier_id, sha256)
        if found is None:
            return None
        recipe = wire.decode(found.recipe, Recipe)
        sides = []
        for source in recipe.sources:
            data = self._store.blobs.get(source.sha256)
            if data is None:
                return None
            sides.append((self.taken(data, source.page, source.dpi), source.edit))
        if len(sides) == 1:
            return sides[0]
        return self.both_sides(*sides), recipe.edit

    def _sources(self, shot: Shot, edit: Edit, seal: Callable[[bytes], str]) -> Iterator[Source]:
        for side, how in shot.sides or ((shot, edit),):
            yield Source(sha256=seal(self.original(side)), page=0, dpi=side.dpi, edit=_plain(how))

    def _grey(self, data: bytes) -> Gray:
        import numpy as np

        grey = self._gate.grey(data)
        return np.frombuffer(grey.pixels, np.uint8).reshape(grey.height, grey.width)

    def _put_draft(
        self,
        tx: Transaction,
        dossier: Dossier,
        entries: Entries,
        kind: AttachmentKind,
        photo: PhotoReplacement | None,
        now: datetime,
    ) -> None:
        """Keep the entries with ``photo`` in the place of that kind; with nothing left in them there is no draft.

        Raises:
            RuleError: ``already-waiting``: what was decided meanwhile goes without this picture.
        """
        item = tx.outbox.for_dossier(dossier.id)
        if item is not None and item.state == "waiting":
            raise RuleError("already-waiting")
        others = tuple(before for before in entries.photos if before.kind is not kind)
        entries = replace(entries, photos=(*others, photo) if photo is not None else others)
        if entries == Entries(base_version=entries.base_version, base_state=entries.base_state):
            tx.drafts.drop(dossier.id)
        else:
            tx.drafts.put(dossier.id, wire.encode(entries), now, (kept.sha256 for kept in entries.photos))

    def _attachment(self, photo: PhotoReplacement, now: datetime) -> Attachment:
        return Attachment(
            kind=photo.kind,
            sha256=photo.sha256,
            media_type=photo.media_type,
            size=photo.size,
            replaced_by=self._officer.full_name,
            replaced_at=now,
        )


def _dossier(tx: Transaction, dossier_id: str) -> Dossier:
    dossier = tx.dossiers.get(dossier_id)
    if dossier is None:
        raise RuleError("unknown-dossier")
    return dossier


def _entries(tx: Transaction, dossier: Dossier) -> Entries:
    """Return what is kept of the dossier; nothing entered when that is nothing this program can read."""
    found = tx.drafts.get(dossier.id)
    if found is not None:
        try:
            return wire.decode(found[0], Entries)
        except wire.WireError:
            pass
    return Entries(base_version=dossier.version, base_state=judged_sha256(dossier))


def _sized(rgb: Rgb, kind: AttachmentKind) -> tuple[Rgb, PictureCodes]:
    """Return the picture no larger than it is of use, and the codes that have to stay readable."""
    small, scale = shrunk(rgb, _LONGEST.get(kind, _LONGEST_PAGE))
    if kind is AttachmentKind.PORTRAIT:
        return small, PictureCodes()
    cards = kind in CARD_KINDS
    codes = codes_in(grey_of(small), cards=cards)
    if scale < 1.0 and not (codes.have_card() if cards else codes):
        larger = codes_in(grey_of(rgb), cards=cards)
        if larger.have_card() or (larger and not codes):
            return rgb, larger
    return small, codes


def _plain(edit: Edit) -> Edit:
    """The recipe in plain numbers: what finds corners may leave numpy's."""
    if edit.quad is None:
        return replace(edit, deskew=float(edit.deskew))
    one, two, three, four = ((float(x), float(y)) for x, y in edit.quad)
    return replace(edit, quad=(one, two, three, four), deskew=float(edit.deskew))
