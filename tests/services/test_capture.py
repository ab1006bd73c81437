"""Pictures taken at the desk: edited by recipe, sealed with their originals, part of the draft, taken back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from officer_console.central import wire
from officer_console.codes import symbols
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.imaging.edit import Edit
from officer_console.imaging.encode import PAGE_BYTES, PORTRAIT_BYTES, OverBudgetError
from officer_console.imaging.gate import Gate, GateError
from officer_console.imaging.opencv import Rgb, grey_of
from officer_console.services.capture import Capture, Shot, written
from officer_console.services.drafts import DraftKeeping, Entries
from tests import builders
from tests.imaging import faces, pages, photos
from tests.services.sealed_desk import NOW, SealedDesk

pytestmark = pytest.mark.xdist_group(__name__)
PORTRAIT, FRONT, FORM = AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.SIGNED_FORM


class Counter:
    """A desk whose officer takes pictures."""

    def __init__(self, folder: Path, gate: Gate) -> None:
        self.gate = gate
        self.desk = SealedDesk(folder)
        self.about: Dossier = self.desk.put(1, attachments=())
        self._ids = count(1)
        self.open()

    def open(self) -> None:
        store = self.desk.store
        self.capture = Capture(
            store, builders.officer(), self.gate, clock=lambda: NOW, new_id=lambda: f"shot-{next(self._ids)}"
        )
        self.drafts = DraftKeeping(store, clock=lambda: NOW)

    def start_again(self) -> None:
        """What a crash and another start leave."""
        self.desk.store.close()
        self.desk.open()
        self.open()

    def kept(self) -> Entries | None:
        found = self.drafts.find(self.about.id)
        return None if found is None else found.entries

    def pixels(self, sha256: str) -> Rgb:
        data = self.desk.store.blobs.get(sha256)
        assert data is not None
        return self.gate.pixels(data).array()


@pytest.fixture
def counter(tmp_path: Path, gate: Gate) -> Iterator[Counter]:
    made = Counter(tmp_path / "officer", gate)
    yield made
    made.desk.store.close()


def encoded(*pictures: Rgb, form: str = "PNG") -> bytes:
    images, target = [Image.fromarray(rgb) for rgb in pictures], io.BytesIO()
    more = {"save_all": True, "append_images": images[1:]} if form == "TIFF" else {}
    images[0].save(target, form, **more)
    return target.getvalue()


def card(seed: int) -> Rgb:
    return photos.card(np.random.default_rng(seed))[0]


def one(counter: Counter, rgb: Rgb) -> Shot:
    (shot,) = counter.capture.take(encoded(rgb))
    return shot


def test_a_photo_of_a_card_comes_with_its_corners_and_is_cut_out_along_them(counter: Counter) -> None:
    photo = photos.photo(3)
    shot = one(counter, photo.rgb)

    assert shot.quad is not None
    assert photos.off(photo, shot.quad) < 0.03
    flat = counter.capture.preview(shot, shot.suggested, 400)
    assert flat.width == 400
    assert flat.width / flat.height == pytest.approx(85.6 / 53.98, rel=0.02)
    assert (shot.width, shot.height) == (photo.rgb.shape[1], photo.rgb.shape[0])


def test_corners_are_pixels_of_the_original_however_large_it_is(counter: Counter) -> None:
    photo = photos.photo(3, width=2400, height=1800)
    shot = one(counter, photo.rgb)

    assert shot.quad is not None
    assert photos.off(photo, shot.quad) < 0.03
    small = counter.capture.preview(shot, shot.suggested, 400).array()
    large = counter.capture.preview(shot, shot.suggested, 1700).array()
    assert abs(float(small.mean()) - float(large.mean())) < 4


def test_blank_pages_of_a_pile_are_told_and_can_be_had_all_the_same(counter: Counter) -> None:
    blank = np.full((1754, 1240, 3), 249, np.uint8)
    shots = counter.capture.take(encoded(pages.page(1), blank, pages.page(2), form="TIFF"), dpi=150)

    kept, dropped = written(shots)

    assert [shot.page for shot in kept] == [0, 2]
    assert [shot.page for shot in dropped] == [1]
    assert {shot.dpi for shot in shots} == {150}
    assert counter.capture.preview(dropped[0], Edit(), 200).height == 200
    assert written(dropped) == (dropped, ())


def test_a_page_that_lies_askew_is_offered_upright(counter: Counter) -> None:
    from officer_console.imaging.deskew import turn

    shot = one(counter, turn(pages.page(4), -3.0))

    assert shot.suggested.deskew == pytest.approx(3.0, abs=0.3)


def test_what_is_no_picture_is_refused_at_the_gate(counter: Counter) -> None:
    with pytest.raises(GateError) as caught:
        counter.capture.take(b"xin chao")
    assert caught.value.code == "not-an-image"


def test_both_sides_of_a_card_make_a_page_in_true_size_that_can_be_opened_again(counter: Counter) -> None:
    front, back = one(counter, card(1)), one(counter, card(2))
    sheet = counter.capture.both_sides((front, Edit()), (back, Edit(quarters=2)))

    assert (sheet.width, sheet.height) == (2480, 3508)
    attached = counter.capture.attach(counter.about.id, FRONT, sheet, Edit(), "")

    assert attached.size <= PAGE_BYTES
    ink = (grey_of(counter.pixels(attached.sha256)) < 246).any(axis=0).nonzero()[0]
    assert ink[-1] - ink[0] == pytest.approx(85.6 / 25.4 * 300, abs=4)
    counter.start_again()
    again = counter.capture.reopen(counter.about.id, attached.sha256)
    assert again is not None
    assert len(again[0].sides) == 2
    assert [edit.quarters for _, edit in again[0].sides] == [0, 2]
    before = counter.capture.preview(sheet, Edit(), 800).array().astype(int)
    after = counter.capture.preview(*again, 800).array().astype(int)
    assert np.abs(before - after).max() <= 2


def test_a_portrait_is_sealed_within_its_budget_with_its_original_and_its_reason(counter: Counter) -> None:
    noisy = np.random.default_rng(5).integers(0, 255, (2400, 1800, 3)).astype(np.uint8)
    original = encoded(noisy)
    (shot,) = counter.capture.take(original)

    attached = counter.capture.attach(counter.about.id, PORTRAIT, shot, Edit(), "  Ảnh\n mờ ")

    assert attached.size <= PORTRAIT_BYTES
    assert attached.replaced_by == builders.officer().full_name
    kept = counter.kept()
    assert kept is not None
    assert [(photo.sha256, photo.reason) for photo in kept.photos] == [(attached.sha256, "Ảnh mờ")]
    with counter.desk.store.read() as tx:
        made = tx.captures.find(counter.about.id, attached.sha256)
    assert made is not None
    assert [counter.desk.store.blobs.get(sha256) for sha256 in made.originals] == [original]
    for file in (counter.desk.folder / "blobs").iterdir():
        assert not file.read_bytes().startswith((b"\xff\xd8\xff", b"\x89PNG"))


def test_the_codes_of_a_page_are_read_after_it_was_made_smaller(counter: Counter) -> None:
    page = np.random.default_rng(9).integers(0, 256, (3508, 2480, 3)).astype(np.uint8)
    code = zxingcpp.create_barcode("079190000001|||Đặng Thị Hoà|01011990|Nữ", zxingcpp.BarcodeFormat.QRCode)
    drawn = np.kron(np.array(code.to_image(scale=1)), np.ones((9, 9), np.uint8))
    page[200 : 200 + drawn.shape[0], 200 : 200 + drawn.shape[1]] = drawn[:, :, None]

    attached = counter.capture.attach(counter.about.id, FORM, one(counter, page), Edit(), "")

    assert attached.size <= PAGE_BYTES
    (found,) = symbols.read(grey_of(counter.pixels(attached.sha256)))
    assert found.data.decode().startswith("079190000001|")


def without_budget() -> bytes:
    """A page of noise with a code so fine that it is lost before the page is small enough."""
    page = np.random.default_rng(1).integers(0, 256, (5000, 3600)).astype(np.uint8)
    text = f"079190000001|||Đặng Thị Hoà|01011990|Nữ|{'Bến Thành ' * 60}"
    code = np.array(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=1))
    drawn = np.pad(np.kron(code, np.ones((2, 2), np.uint8)), 16, constant_values=255)
    page[200 : 200 + drawn.shape[0], 200 : 200 + drawn.shape[1]] = drawn
    target = io.BytesIO()
    Image.fromarray(page).save(target, "TIFF")
    return target.getvalue()


def test_a_page_that_fits_no_budget_leaves_only_what_was_sealed_before(counter: Counter) -> None:
    (shot,) = counter.capture.take(without_budget())

    with pytest.raises(OverBudgetError):
        counter.capture.attach(counter.about.id, FORM, shot, Edit(), "")

    assert not list((counter.desk.folder / "blobs").iterdir())
    assert counter.kept() is None

    attached = counter.capture.attach(counter.about.id, PORTRAIT, shot, Edit(), "")
    with pytest.raises(OverBudgetError):
        counter.capture.attach(counter.about.id, FORM, shot, Edit(), "")
    again = counter.capture.reopen(counter.about.id, attached.sha256)
    assert again is not None
    assert again[0].data == shot.data


def test_undoing_goes_back_step_by_step_to_what_the_citizen_sent(counter: Counter) -> None:
    own = builders.attachments()
    counter.about = counter.desk.put(1, seq=2, attachments=own)
    capture, about = counter.capture, counter.about.id
    first = capture.attach(about, PORTRAIT, one(counter, faces.portrait()), Edit(), "")
    second = capture.attach(about, PORTRAIT, one(counter, faces.portrait(size=0.4)), Edit(quarters=1), "")
    counter.start_again()

    back = counter.capture.undo(about, PORTRAIT)

    assert back is not None
    assert back.sha256 == first.sha256 != second.sha256
    kept = counter.kept()
    assert kept is not None
    assert [photo.sha256 for photo in kept.photos] == [first.sha256]
    assert counter.capture.undo(about, PORTRAIT) == own[0]
    assert counter.kept() is None
    assert counter.capture.undo(about, PORTRAIT) == own[0]


def test_a_recipe_is_changed_after_the_program_was_started_anew(counter: Counter) -> None:
    shot = one(counter, faces.portrait())
    attached = counter.capture.attach(counter.about.id, PORTRAIT, shot, Edit(quarters=1), "")
    counter.start_again()

    again = counter.capture.reopen(counter.about.id, attached.sha256)

    assert again is not None
    assert again[1] == Edit(quarters=1)
    assert again[0].data == shot.data
    upright = counter.capture.attach(counter.about.id, PORTRAIT, again[0], Edit(), "")
    assert counter.pixels(upright.sha256).shape == (800, 600, 3)


def test_a_draft_that_is_dropped_takes_its_pictures_along(counter: Counter) -> None:
    about, capture = counter.about.id, counter.capture
    capture.attach(about, PORTRAIT, one(counter, faces.portrait()), Edit(), "")
    counter.drafts.drop(about)

    capture.attach(about, PORTRAIT, one(counter, faces.portrait(size=0.4)), Edit(), "")

    assert capture.undo(about, PORTRAIT) is None
    later = NOW + timedelta(days=36500)
    assert counter.desk.store.blobs.sweep(later) > 0
    assert not list((counter.desk.folder / "blobs").iterdir())


def test_originals_stay_until_central_has_taken_the_decision(counter: Counter) -> None:
    about, store = counter.about, counter.desk.store
    shot = one(counter, faces.portrait())
    attached = counter.capture.attach(about.id, PORTRAIT, shot, Edit(), "Ảnh mờ")
    kept = counter.kept()
    assert kept is not None
    decision = counter.desk.record(about, verdict=Verdict.INVALID, reason_code="form-unsigned", photos=kept.photos)
    later = NOW + timedelta(days=36500)

    store.blobs.sweep(later)
    assert counter.capture.reopen(about.id, attached.sha256) is not None
    with store.write() as tx:
        tx.outbox.accepted(decision.op_id, NOW)
    store.blobs.sweep(later)

    assert counter.capture.reopen(about.id, attached.sha256) is None
    assert store.blobs.get(attached.sha256) is not None
    assert [photo.reason for photo in decision.photos] == ["Ảnh mờ"]


@pytest.mark.parametrize(
    "call", [lambda c, s: c.attach("nothing", PORTRAIT, s, Edit(), ""), lambda c, _: c.undo("nothing", PORTRAIT)]
)
def test_an_unknown_dossier_is_named(counter: Counter, call: Callable[[Capture, Shot], object]) -> None:
    with pytest.raises(RuleError) as caught:
        call(counter.capture, one(counter, faces.portrait()))
    assert caught.value.code == "unknown-dossier"


def test_a_reason_has_an_end(counter: Counter) -> None:
    with pytest.raises(RuleError) as caught:
        counter.capture.attach(counter.about.id, PORTRAIT, one(counter, faces.portrait()), Edit(), "x" * 501)
    assert caught.value.code == "reason-text-too-long"
    assert counter.kept() is None


def test_a_decision_from_before_there_were_reasons_is_still_known(counter: Counter) -> None:
    photo = PhotoReplacement(kind=PORTRAIT, sha256="0" * 64, media_type="image/jpeg", size=1)
    decision = builders.decision(counter.about, photos=(photo,), device_id="", dseq=0)
    before = wire.encode(decision).replace(b',"reason":null', b"").replace(b'"judged_sha256":null,', b"")

    assert len(wire.encode(decision)) - len(before) == len(',"reason":null"judged_sha256":null,')
    assert wire.req_sha256(decision) == hashlib.sha256(before).hexdigest()
    told = replace(decision, judged_sha256="0" * 64, photos=(replace(photo, reason='Ảnh ,"reason":null mờ'),))
    assert wire.req_sha256(told) == hashlib.sha256(wire.encode(told)).hexdigest()


def test_the_reason_goes_with_the_decision_whatever_the_page_remembers(counter: Counter) -> None:
    shot = one(counter, faces.portrait())
    counter.capture.attach(counter.about.id, PORTRAIT, shot, Edit(), "Ảnh mờ")
    kept = counter.kept()
    assert kept is not None
    photos_without = tuple(replace(photo, reason=None) for photo in kept.photos)

    decision = counter.desk.record(
        counter.about, verdict=Verdict.INVALID, reason_code="form-unsigned", photos=photos_without
    )

    assert [photo.reason for photo in decision.photos] == ["Ảnh mờ"]


def test_a_picture_that_is_ready_after_the_decision_is_refused_and_leaves_nothing(counter: Counter) -> None:
    about = counter.about
    shot = one(counter, card(4))
    counter.desk.record(about, verdict=Verdict.INVALID, reason_code="form-unsigned")
    with pytest.raises(RuleError) as told:
        counter.capture.attach(about.id, FRONT, shot, shot.suggested, "")
    assert told.value.code == "already-waiting"
    with counter.desk.store.read() as tx:
        assert tx.captures.newest(about.id, FRONT.value) is None
    assert not any((counter.desk.folder / "blobs").iterdir())
