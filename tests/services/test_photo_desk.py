"""What the photo desk tells: quality, the portrait on the card, other people's dossiers with the same picture."""

from __future__ import annotations

import io
from itertools import count

import numpy as np
import pytest
from PIL import Image

from bench.retaken import cut, framed, mirrored
from central_server.seed.portraits import Face, portrait
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier
from officer_console.domain.person import Sex
from officer_console.imaging.deskew import quarter
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb, cv2
from officer_console.imaging.quality import Kind, measure
from officer_console.services.capture import Capture
from officer_console.services.photo_desk import PhotoDesk, portrait_on
from officer_console.services.shots import printed
from officer_console.store.fingerprints import Fingerprint
from officer_console.sync.online import Online
from tests import builders
from tests.central.process import Central
from tests.faults.workplace import Workplace
from tests.imaging import faces, photos

pytestmark = pytest.mark.xdist_group(__name__)
PORTRAIT, FRONT, FORM = AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.SIGNED_FORM


def jpeg(rgb: Rgb, quality: int = 90) -> bytes:
    target = io.BytesIO()
    Image.fromarray(rgb).save(target, "JPEG", quality=quality)
    return target.getvalue()


def card_with_face() -> Rgb:
    card, _ = photos.card(np.random.default_rng(4))
    cv2.rectangle(card, (40, 170), (270, 480), (205, 215, 225), -1)
    faces.put_face(card[170:480, 40:270], (115, 130), 120)
    return card


class Room:
    """A desk at a central, with dossiers whose pictures are on the desk already."""

    def __init__(self, central: Central, desk: Workplace, gate: Gate, scope: str) -> None:
        self.central, self.desk, self.scope = central, desk, scope
        ids = count(1)
        store = desk.store
        self.capture = Capture(store, desk.officer, gate, clock=desk.clock, new_id=lambda: str(next(ids)))
        online = Online(store, desk.client, desk.changes.append)
        self.photo_desk = PhotoDesk(store, online, gate, self.capture)

    def dossier(self, **pictures: bytes) -> Dossier:
        """Plant a dossier with these pictures, by the names of their kinds."""
        n = self.central.fresh()
        own = tuple(
            Attachment(
                kind=AttachmentKind(kind), sha256=self.desk.store.blobs.put(data), media_type="image/jpeg", size=1
            )
            for kind, data in pictures.items()
        )
        made = builders.dossier(n, scope_id=self.scope, attachments=own)
        self.central.plant(made)
        self.desk.round()
        return made

    def elsewhere(self, about: Dossier, kind: AttachmentKind) -> tuple[str, ...]:
        sha256 = next(own.sha256 for own in about.attachments if own.kind is kind)
        return self.photo_desk.elsewhere(about.id, kind, sha256)


@pytest.fixture
def room(central: Central, desk: Workplace, gate: Gate, scope: str) -> Room:
    return Room(central, desk, gate, scope)


def test_the_same_portrait_in_two_peoples_dossiers_is_told_by_number(room: Room) -> None:
    first = room.dossier(portrait=jpeg(faces.portrait()))
    assert room.elsewhere(first, PORTRAIT) == ()
    again = room.dossier(portrait=jpeg(cv2.resize(faces.portrait(), (450, 600)), 60))  # type: ignore[arg-type]  # cv2's arrays
    other = room.dossier(portrait=jpeg(faces.portrait(at=(0.35, 0.6), size=0.3)))

    assert room.elsewhere(again, PORTRAIT) == (first.number,)
    assert room.elsewhere(other, PORTRAIT) == ()
    assert room.elsewhere(first, PORTRAIT) == (again.number,)


def test_a_mirrored_cut_and_framed_portrait_is_still_told(room: Room) -> None:
    data = portrait(1, Face(sex=Sex.FEMALE, group=1, variant=0))
    first = room.dossier(portrait=data)
    room.elsewhere(first, PORTRAIT)
    rgb = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    again = room.dossier(portrait=jpeg(framed(cut(mirrored(rgb), 0.05, 0.03, 0.02, 0.06), 0.06), 60))

    assert room.elsewhere(again, PORTRAIT) == (first.number,)


def test_what_was_seen_before_there_were_shades_is_found_and_remembered_anew(room: Room) -> None:
    data = jpeg(faces.portrait())
    first = room.dossier(portrait=data)
    sha256 = first.attachments[0].sha256
    with room.desk.store.apply() as tx:
        tx.fingerprints.put(
            Fingerprint(dossier_id=first.id, sha256=sha256, kind=PORTRAIT.value, bits=printed(faces.portrait()))
        )
    again = room.dossier(portrait=jpeg(cv2.resize(faces.portrait(), (450, 600)), 60))  # type: ignore[arg-type]  # cv2's arrays

    assert room.elsewhere(again, PORTRAIT) == (first.number,)
    assert room.elsewhere(first, PORTRAIT) == (again.number,)
    with room.desk.store.read() as tx:
        assert tx.fingerprints.known(first.id, sha256)


def test_portraits_that_are_only_composed_alike_are_different_pictures(room: Room) -> None:
    first = room.dossier(portrait=portrait(1, Face(sex=Sex.FEMALE, group=1, variant=0)))
    room.elsewhere(first, PORTRAIT)
    others = [room.dossier(portrait=portrait(1, Face(sex=Sex.FEMALE, group=1, variant=n))) for n in range(1, 6)]

    assert [room.elsewhere(other, PORTRAIT) for other in others] == [()] * 5


def test_a_person_may_hand_in_the_same_picture_twice(room: Room) -> None:
    data = jpeg(faces.portrait())
    first = room.dossier(portrait=data)
    room.elsewhere(first, PORTRAIT)
    second = builders.dossier(
        room.central.fresh(), scope_id=room.scope, attachments=first.attachments, declaration=first.declaration
    )
    room.central.plant(second)
    room.desk.round()

    assert room.elsewhere(second, PORTRAIT) == ()


def test_forms_are_alike_and_are_not_compared(room: Room) -> None:
    data = jpeg(faces.portrait())
    room.elsewhere(room.dossier(signed_form=data), FORM)

    assert room.elsewhere(room.dossier(signed_form=data), FORM) == ()


def test_a_replacement_counts_until_it_is_taken_back(room: Room) -> None:
    first, second = room.dossier(), room.dossier()
    (shot,) = room.capture.take(jpeg(faces.portrait()))

    room.capture.attach(first.id, PORTRAIT, shot, Edit(), "")
    told = room.photo_desk.judge(second.id, PORTRAIT, shot, Edit())
    room.capture.undo(first.id, PORTRAIT)
    after = room.photo_desk.judge(second.id, PORTRAIT, shot, Edit())

    assert told.elsewhere == (first.number,)
    assert after.elsewhere == ()
    assert told.quality.advice == ()


def test_a_dossier_that_left_the_desk_is_not_named(room: Room) -> None:
    data = jpeg(faces.portrait())
    first, second = room.dossier(portrait=data), room.dossier(portrait=data)
    room.elsewhere(first, PORTRAIT)
    with room.desk.store.apply() as tx:
        tx.dossiers.remove([first.id], scope=room.scope)

    assert room.elsewhere(second, PORTRAIT) == ()
    room.desk.store.blobs.sweep(room.desk.clock())
    with room.desk.store.read() as tx:
        assert not tx.fingerprints.known(first.id, first.attachments[0].sha256)
        assert tx.fingerprints.known(second.id, second.attachments[0].sha256)


def test_a_dark_and_blurred_portrait_is_told_so(room: Room) -> None:
    dark = (cv2.GaussianBlur(faces.portrait(), (0, 0), 5) * 0.25).astype(np.uint8)
    about = room.dossier(portrait=jpeg(dark))

    told = room.photo_desk.look(about.id, PORTRAIT, about.attachments[0].sha256)

    assert {"blurred", "dark"} <= set(told.quality.advice)


def test_the_portrait_is_cut_from_the_card_and_nothing_from_a_card_without_one(room: Room) -> None:
    plain, _ = photos.card(np.random.default_rng(4))
    about = room.dossier(id_front=jpeg(card_with_face()), id_back=jpeg(plain))
    front, back = (own.sha256 for own in about.attachments)

    found = room.photo_desk.card_portrait(about.id, front)

    assert found is not None
    face = measure(found.array(), Kind.PORTRAIT).face
    assert face is not None
    assert face.width > found.width * 0.4
    assert room.photo_desk.card_portrait(about.id, back) is None


@pytest.mark.parametrize("turns", range(4))
def test_a_card_may_lie_any_way_round(turns: int) -> None:
    found = portrait_on(quarter(card_with_face(), turns))

    assert found is not None
    assert found.shape[0] > found.shape[1]
