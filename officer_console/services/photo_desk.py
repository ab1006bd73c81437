"""What the photo desk tells of a picture: its quality, the face on the card, other dossiers that have the same one."""

from __future__ import annotations

from dataclasses import dataclass

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.imaging.copies import SAME_CARD, SAME_PORTRAIT, apart
from officer_console.imaging.deskew import quarter
from officer_console.imaging.edges import find_page, flat_size, straighten
from officer_console.imaging.edit import Edit
from officer_console.imaging.fingerprint import SAME, fingerprint
from officer_console.imaging.gate import Gate, Pixels
from officer_console.imaging.opencv import Rgb, shrunk
from officer_console.imaging.quality import Face, Kind, Quality, measure
from officer_console.imaging.shades import Warp, nearest
from officer_console.services.shots import Shot, Shots, compared, judged, remembered
from officer_console.store.store import Store, Transaction
from officer_console.sync.online import Online

# Forms and backs of cards are all alike and are not compared.
COMPARED = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT)
# So many of the nearest are asked whose they are, and so many other people's are read and looked at more closely.
_NEAREST, _CLOSER = 24, 5
_LOOKED_AT = 1600
_PRINT_LOOKED_AT = 512
_CLOSER_AT = 256
# Around a face, in its widths: what a portrait of 3 x 4 shows.
_WIDE, _ABOVE, _BELOW = 1.9, 0.45, 1.78


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """``elsewhere``: the numbers of other people's dossiers with the same picture."""

    quality: Quality
    elsewhere: tuple[str, ...]


class PhotoDesk:
    """Looks at pictures of one officer's dossiers; pictures come from the sealed store, else from central."""

    def __init__(self, store: Store, online: Online, gate: Gate, shots: Shots) -> None:
        self._store = store
        self._online = online
        self._gate = gate
        self._shots = shots

    def look(self, dossier_id: str, kind: AttachmentKind, sha256: str) -> Looks:
        """Return what there is to say about a picture of a dossier, and remember what it looks like.

        Raises:
            CentralError: the picture is not here and central cannot be reached.
            GateError: the bytes are not a picture that may be shown.
            RuleError: ``unknown-dossier``.
        """
        rgb = self._pixels(dossier_id, sha256, None)
        return Looks(quality=judged(rgb, kind), elsewhere=self._known(dossier_id, kind, sha256, rgb))

    def judge(self, dossier_id: str, kind: AttachmentKind, shot: Shot, edit: Edit) -> Looks:
        """Return what there is to say about a picture that may become a replacement; nothing is remembered.

        Raises:
            GateError: the shot cannot be decoded any more.
        """
        rgb = self._shots.edited(shot, edit)
        found = self._elsewhere(dossier_id, kind, None, rgb) if kind in COMPARED else ()
        return Looks(quality=judged(rgb, kind), elsewhere=found)

    def elsewhere(self, dossier_id: str, kind: AttachmentKind, sha256: str) -> tuple[str, ...]:
        """Return the numbers of other people's dossiers with that picture, and remember what it looks like.

        Raises:
            CentralError, GateError, RuleError: as `look`.
        """
        if kind not in COMPARED:
            return ()
        return self._known(dossier_id, kind, sha256, self._pixels(dossier_id, sha256, _PRINT_LOOKED_AT))

    def card_portrait(self, dossier_id: str, sha256: str) -> Pixels | None:
        """Return the portrait on a picture of a card; ``None`` where no face is found.

        Raises:
            CentralError, GateError, RuleError: as `look`.
        """
        found = portrait_on(self._pixels(dossier_id, sha256, None))
        return None if found is None else Pixels(found.shape[1], found.shape[0], found.tobytes())

    def _pixels(self, dossier_id: str, sha256: str, longest: int | None) -> Rgb:
        with self._store.read() as tx:
            scope = _dossier(tx, dossier_id).scope_id
        return self._gate.pixels(self._online.picture(scope, dossier_id, sha256), 0, longest).array()

    def _known(self, dossier_id: str, kind: AttachmentKind, sha256: str, rgb: Rgb) -> tuple[str, ...]:
        if kind not in COMPARED:
            return ()
        with self._store.read() as tx:
            known = tx.fingerprints.known(dossier_id, sha256)
        found = self._elsewhere(dossier_id, kind, sha256, rgb)
        if not known:
            with self._store.apply() as tx:
                tx.fingerprints.put(remembered(dossier_id, kind, sha256, rgb))
        return found

    def _elsewhere(self, dossier_id: str, kind: AttachmentKind, sha256: str | None, rgb: Rgb) -> tuple[str, ...]:
        """Return the numbers of other people's dossiers with a picture that is a copy of this one."""
        small = compared(rgb)
        with self._store.read() as tx:
            seen = tx.fingerprints.elsewhere(dossier_id, kind.value)
            old = tx.fingerprints.without_shades(dossier_id, kind.value, fingerprint(small), SAME)
        near = [
            *(
                (seen[one.index].dossier_id, seen[one.index].sha256, one.warp)
                for one in nearest(small, [one.shades for one in seen], _NEAREST)
            ),
            *((one.dossier_id, one.sha256, None) for one in old[:_NEAREST]),
        ]
        with self._store.read() as tx:
            mine = _dossier(tx, dossier_id)
            others = [
                (other.number, theirs, warp)
                for other_id, theirs, warp in near
                if (other := tx.dossiers.get(other_id)) is not None
                and not _same_person(mine, other)
                and (_names(other, theirs) or tx.captures.find(other.id, theirs) is not None)
            ]
        same = [number for number, theirs, _ in others if theirs == sha256]
        read = [one for one in others if one[1] != sha256][:_CLOSER]
        same += [number for number, theirs, warp in read if self._is_copy(small, kind, theirs, warp)]
        return tuple(dict.fromkeys(same))

    def _is_copy(self, rgb: Rgb, kind: AttachmentKind, sha256: str, warp: Warp | None) -> bool:
        """Look at the other picture itself, as long as it is on this desk."""
        data = self._store.blobs.get(sha256)
        if data is None:
            return False
        found = apart(rgb, self._gate.pixels(data, 0, _CLOSER_AT).array(), warp)
        return found is not None and found.figure < (SAME_PORTRAIT if kind is AttachmentKind.PORTRAIT else SAME_CARD)


def portrait_on(rgb: Rgb) -> Rgb | None:
    """Return the portrait on a card, cut out as wide as the face asks for, whichever way the card lies."""
    small, scale = shrunk(rgb, _LOOKED_AT)
    quad = find_page(small)
    card = rgb
    if quad is not None:
        one, two, three, four = ((x / scale, y / scale) for x, y in quad)
        card = straighten(rgb, (one, two, three, four), flat_size((one, two, three, four)))
    for turns in (0, 2, 1, 3):
        turned = quarter(card, turns) if turns else card
        face = measure(turned, Kind.PORTRAIT).face
        if face is not None:
            return _around(turned, face)
    return None


def _around(rgb: Rgb, face: Face) -> Rgb:
    middle = face.x + face.width / 2
    left, right = (round(middle + side * face.width * _WIDE / 2) for side in (-1, 1))
    top, bottom = round(face.y - face.height * _ABOVE), round(face.y + face.height * _BELOW)
    height, width = rgb.shape[:2]
    return rgb[max(0, top) : min(height, bottom), max(0, left) : min(width, right)].copy()


def _names(dossier: Dossier, sha256: str) -> bool:
    return any(own.sha256 == sha256 for own in dossier.attachments)


def _same_person(mine: Dossier, other: Dossier) -> bool:
    """One person may hand in several dossiers with the same pictures."""
    ours, theirs = mine.declaration, other.declaration
    return any(
        bool(one) and one == another
        for one, another in ((ours.paper_number, theirs.paper_number), (ours.social_code, theirs.social_code))
    )


def _dossier(tx: Transaction, dossier_id: str) -> Dossier:
    dossier = tx.dossiers.get(dossier_id)
    if dossier is None:
        raise RuleError("unknown-dossier")
    return dossier
