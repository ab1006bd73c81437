"""Pictures taken at the desk: any source through the gate, looked at and edited by recipe; nothing is kept here."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging import deskew, sheets
from officer_console.imaging.edges import Quad, find_page
from officer_console.imaging.edit import Edit, apply
from officer_console.imaging.fingerprint import fingerprint
from officer_console.imaging.gate import Gate, Pixels
from officer_console.imaging.opencv import Rgb, grey_of, shrunk
from officer_console.imaging.quality import Kind, Quality, measure
from officer_console.imaging.shades import shades
from officer_console.store.fingerprints import Fingerprint

SHEET_DPI = 300
# What is looked at and previewed; larger than any screen shows a page.
_WORKING = 1600
_COMPARED = 512
_SMALL_KEPT = 8
_FULL_KEPT_BYTES = 128 * 1024 * 1024
# Long side to short side from which a picture without known corners is taken for a page, not for a portrait.
_PAGE_FROM = 1.38
_CARD_FROM = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One page as it came, and what was found on it.

    ``data`` are the foreign bytes, ``page`` of their ``pages`` is counted from 0, ``width`` and ``height`` are its
    pixels. ``quad`` are the corners of a card or page, ``deskew`` how far it leans, ``blank`` that nothing is on it. A
    sheet made of two shots has no bytes of its own: ``sides`` are its parts with their recipes.
    """

    id: str
    data: bytes = field(repr=False, compare=False)
    page: int = 0
    pages: int = 1
    dpi: int | None = None
    width: int
    height: int
    quad: Quad | None = None
    deskew: float = 0.0
    blank: bool = False
    quality: Quality
    fingerprint: int
    sides: tuple[tuple[Shot, Edit], ...] = ()

    @property
    def suggested(self) -> Edit:
        """The recipe that what was found leads to."""
        return Edit(quad=self.quad) if self.quad is not None else Edit(deskew=self.deskew)


def written(shots: tuple[Shot, ...]) -> tuple[tuple[Shot, ...], tuple[Shot, ...]]:
    """Return the shots with something on them and the blank ones; of blank ones only, the first counts as written."""
    full, blank = tuple(s for s in shots if not s.blank), tuple(s for s in shots if s.blank)
    return (full, blank) if full else (blank[:1], blank[1:])


class Shots:
    """Takes pictures through the gate and edits them; decoded pixels are kept for the newest few, in memory only."""

    def __init__(self, gate: Gate, new_id: Callable[[], str]) -> None:
        self._gate = gate
        self._new_id = new_id
        self._lock = threading.Lock()
        self._full: OrderedDict[str, Rgb] = OrderedDict()
        self._small: OrderedDict[str, tuple[Rgb, float]] = OrderedDict()

    def take(self, data: bytes, *, dpi: int | None = None) -> tuple[Shot, ...]:
        """Return the pages of a picture, TIFF or PDF file, blank ones included; ``dpi`` is what its device told.

        Raises:
            GateError: the file or one of its pages was refused; nothing was decoded in this process.
        """
        return tuple(self.each(data, dpi=dpi))

    def each(self, data: bytes, *, dpi: int | None = None) -> Iterator[Shot]:
        """Yield the pages as ``take``, one after another: what is asked of one at once is not decoded anew for it.

        Raises:
            GateError: as in ``take``.
        """
        # Counted by the way: asking for the number alone would carry a whole scan to the gate once more.
        first = self._gate.pixels(data)
        yield self._looked_at(first, data, 0, dpi)
        for page in range(1, first.pages):
            yield self.taken(data, page, dpi)

    def both_sides(self, front: tuple[Shot, Edit], back: tuple[Shot, Edit]) -> Shot:
        """Return one A4 sheet with both sides of a card in true size.

        Raises:
            GateError: a side cannot be decoded any more.
        """
        rgb = sheets.both_sides(self.edited(*front), self.edited(*back), SHEET_DPI)
        shot = Shot(
            id=self._new_id(),
            data=b"",
            dpi=SHEET_DPI,
            width=rgb.shape[1],
            height=rgb.shape[0],
            quality=measure(rgb, Kind.PAGE),
            fingerprint=printed(rgb),
            sides=(front, back),
        )
        self._keep(shot, rgb)
        return shot

    def preview(self, shot: Shot, edit: Edit, longest: int) -> Pixels:
        """Return the edited picture, its longer side at most ``longest`` pixels; it is never enlarged.

        Raises:
            GateError: the shot cannot be decoded any more.
        """
        small, scale = self._working(shot)
        rgb = apply(small, _scaled(edit, scale))
        if scale < 1.0 and max(rgb.shape) < longest:
            rgb = self.edited(shot, edit)
        rgb, _ = shrunk(rgb, max(1, longest))
        return Pixels(rgb.shape[1], rgb.shape[0], rgb.tobytes())

    def judge(self, shot: Shot, edit: Edit, kind: AttachmentKind) -> Quality:
        """Return figures and advice for the edited picture as one of that kind.

        Raises:
            GateError: the shot cannot be decoded any more.
        """
        return judged(self.edited(shot, edit), kind)

    def edited(self, shot: Shot, edit: Edit) -> Rgb:
        """Return all pixels of the edited picture.

        Raises:
            GateError: the shot cannot be decoded any more.
        """
        return apply(self._whole(shot), edit)

    def taken(self, data: bytes, page: int, dpi: int | None) -> Shot:
        """Return one page.

        Raises:
            GateError: it was refused.
        """
        return self._looked_at(self._gate.pixels(data, page), data, page, dpi)

    def original(self, shot: Shot) -> bytes:
        """Return the file that a shot is kept as: as it came, or of more pages this one alone.

        The others may be other people's papers. `taken` makes the same shot of it, as its page 0.

        Raises:
            GateError: the shot cannot be decoded any more.
        """
        return self._gate.single(shot.data, shot.page, shot.pages)

    def _looked_at(self, pixels: Pixels, data: bytes, page: int, dpi: int | None) -> Shot:
        rgb = pixels.array()
        small, scale = shrunk(rgb, _WORKING)
        with ThreadPoolExecutor(1, thread_name_prefix="shot-lean") as beside:
            # Most pages are no cards on a table: whether they are blank and how they lean is found out meanwhile.
            flat = beside.submit(_blank_and_lean, small)
            quad = find_page(small)
            quality = measure(rgb, _kind(rgb.shape[1], rgb.shape[0], quad))
            blank, lean = flat.result() if quad is None else (False, 0.0)
        shot = Shot(
            id=self._new_id(),
            data=data,
            page=page,
            pages=pixels.pages,
            dpi=dpi,
            width=rgb.shape[1],
            height=rgb.shape[0],
            quad=_times(quad, 1 / scale),
            deskew=float(lean),
            blank=blank,
            quality=quality,
            fingerprint=printed(small),
        )
        self._keep(shot, rgb)
        with self._lock:
            self._small[shot.id] = small, scale
            while len(self._small) > _SMALL_KEPT:
                self._small.popitem(last=False)
        return shot

    def _whole(self, shot: Shot) -> Rgb:
        with self._lock:
            if shot.id in self._full:
                self._full.move_to_end(shot.id)
                return self._full[shot.id]
        if shot.sides:
            front, back = shot.sides
            rgb = sheets.both_sides(self.edited(*front), self.edited(*back), SHEET_DPI)
        else:
            rgb = self._gate.pixels(shot.data, shot.page).array()
        self._keep(shot, rgb)
        return rgb

    def _working(self, shot: Shot) -> tuple[Rgb, float]:
        with self._lock:
            if shot.id in self._small:
                self._small.move_to_end(shot.id)
                return self._small[shot.id]
        made = shrunk(self._whole(shot), _WORKING)
        with self._lock:
            self._small[shot.id] = made
            while len(self._small) > _SMALL_KEPT:
                self._small.popitem(last=False)
        return made

    def _keep(self, shot: Shot, rgb: Rgb) -> None:
        with self._lock:
            self._full[shot.id] = rgb
            while len(self._full) > 1 and sum(kept.nbytes for kept in self._full.values()) > _FULL_KEPT_BYTES:
                self._full.popitem(last=False)


def compared(rgb: Rgb) -> Rgb:
    """Return a picture at the size at which pictures are compared."""
    return shrunk(rgb, _COMPARED)[0]


def printed(rgb: Rgb) -> int:
    """Return the fingerprint of a picture, at that size."""
    return fingerprint(compared(rgb))


def remembered(dossier_id: str, kind: AttachmentKind, sha256: str, rgb: Rgb) -> Fingerprint:
    """Return what is remembered of a picture of a dossier."""
    small = compared(rgb)
    return Fingerprint(
        dossier_id=dossier_id, sha256=sha256, kind=kind.value, bits=fingerprint(small), shades=shades(small)
    )


def judged(rgb: Rgb, kind: AttachmentKind) -> Quality:
    """Return figures and advice for a picture of that kind; both sides of a card on one sheet are a page."""
    wanted = Kind.PAGE
    if kind is AttachmentKind.PORTRAIT:
        wanted = Kind.PORTRAIT
    elif kind in (AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK) and max(rgb.shape[:2]) > _CARD_FROM * min(
        rgb.shape[:2]
    ):
        wanted = Kind.CARD
    return measure(rgb, wanted)


def _kind(width: int, height: int, quad: Quad | None) -> Kind:
    if quad is not None:
        (left, top), (right, _), (_, bottom), _ = quad
        width, height = max(1, round(right - left)), max(1, round(bottom - top))
    ratio = max(width, height) / max(1, min(width, height))
    if ratio >= _CARD_FROM:
        return Kind.CARD
    return Kind.PAGE if ratio >= _PAGE_FROM else Kind.PORTRAIT


def _blank_and_lean(small: Rgb) -> tuple[bool, float]:
    """Return whether nothing is on a page, and otherwise how far it leans."""
    return (True, 0.0) if sheets.is_blank(small) else (False, deskew.angle(grey_of(small)))


def _times(quad: Quad | None, scale: float) -> Quad | None:
    if quad is None:
        return None
    one, two, three, four = ((float(x) * scale, float(y) * scale) for x, y in quad)
    return one, two, three, four


def _scaled(edit: Edit, scale: float) -> Edit:
    return edit if edit.quad is None else replace(edit, quad=_times(edit.quad, scale))
