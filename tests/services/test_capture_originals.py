"""Of a file with the papers of several citizens only the page that was used is kept with a dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image, TiffImagePlugin

from bench.bombs import pdf, saved, stream
from officer_console.central import wire
from officer_console.codes import symbols
from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb, grey_of
from officer_console.services.capture import Capture, Recipe, Shot
from officer_console.services.drafts import DraftKeeping
from tests import builders
from tests.services.sealed_desk import NOW, SealedDesk

pytestmark = pytest.mark.xdist_group(__name__)
FORM, FRONT = AttachmentKind.SIGNED_FORM, AttachmentKind.ID_FRONT
NAMES = ("Dang Thi Hoa", "Tran Van Binh", "Le Thi Cuc")
CODES = tuple(f"07919000000{n}|||{name}|01011990|Nu" for n, name in enumerate(NAMES, start=1))
WIDTH, HEIGHT = 620, 877
PIECE = 48


def photo(citizen: int) -> Rgb:
    """What is on one citizen's page only, whichever way it is packed: noise, found again byte for byte."""
    return np.random.default_rng(citizen).integers(0, 256, (60, 100, 3)).astype(np.uint8)


def paper(citizen: int) -> Rgb:
    """A citizen's page: a code and a photo."""
    page = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    code = zxingcpp.create_barcode(CODES[citizen], zxingcpp.BarcodeFormat.QRCode)
    drawn = np.kron(np.array(code.to_image(scale=1)), np.ones((6, 6), np.uint8))
    page[50 : 50 + drawn.shape[0], 50 : 50 + drawn.shape[1]] = drawn[:, :, None]
    page[400:460, 50:150] = photo(citizen)
    return page


def scans(**options: object) -> bytes:
    """A feeder's TIFF file; its description names everybody."""
    first, *more = (Image.fromarray(paper(citizen)) for citizen in range(3))
    about = TiffImagePlugin.ImageFileDirectory_v2()
    about[TiffImagePlugin.IMAGEDESCRIPTION] = "; ".join(NAMES)
    return saved(first, "TIFF", save_all=True, append_images=more, tiffinfo=about, **options)


def document() -> bytes:
    """A PDF file whose pages share their resources, as those of many programs do; nothing in it is packed."""
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8" % (
        WIDTH,
        HEIGHT,
    )
    pictures = [stream(paper(citizen).tobytes(), entries) for citizen in range(3)]
    written = [
        stream(b"q 595 0 0 842 0 0 cm /P%d Do Q BT /F 9 Tf 50 60 Td (%s) Tj ET" % (n, name.encode()))
        for n, name in enumerate(NAMES)
    ]
    sheets = [
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources 12 0 R/Contents %d 0 R>>" % (6 + n)
        for n in range(3)
    ]
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3>>",
        *sheets,
        *written,
        *pictures,
        b"<</XObject<</P0 9 0 R/P1 10 0 R/P2 11 0 R>>/Font<</F 13 0 R>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def photocopies() -> bytes:
    """What a copier sends: a PDF file of pictures."""
    first, *more = (Image.fromarray(paper(citizen)) for citizen in range(3))
    return saved(first, "PDF", save_all=True, append_images=more, resolution=75, title="; ".join(NAMES))


FILES: dict[str, Callable[[], bytes]] = {
    "TIFF": scans,
    "TIFF, packed": lambda: scans(compression="tiff_lzw"),
    "PDF": document,
    "PDF of pictures": photocopies,
}


class Counter:
    """A desk whose officer attaches files."""

    def __init__(self, folder: Path, gate: Gate) -> None:
        self.gate = gate
        self.desk = SealedDesk(folder)
        self.about = self.desk.put(1, attachments=()).id
        self._ids = count(1)
        self.open()

    def open(self) -> None:
        store = self.desk.store
        self.drafts = DraftKeeping(store, clock=lambda: NOW)
        self.capture = Capture(
            store, builders.officer(), self.gate, clock=lambda: NOW, new_id=lambda: f"shot-{next(self._ids)}"
        )

    def start_again(self) -> None:
        self.desk.store.close()
        self.desk.open()
        self.open()

    def originals(self, sha256: str) -> list[bytes]:
        """What is sealed as the originals of a replacement, read back."""
        with self.desk.store.read() as tx:
            made = tx.captures.find(self.about, sha256)
        assert made is not None
        found = [self.desk.store.blobs.get(original) for original in made.originals]
        return [data for data in found if data is not None]

    def sealed(self) -> int:
        return len(list((self.desk.folder / "blobs").iterdir()))


@pytest.fixture
def counter(tmp_path: Path, gate: Gate) -> Iterator[Counter]:
    made = Counter(tmp_path / "officer", gate)
    yield made
    made.desk.store.close()


def codes(gate: Gate, data: bytes) -> set[str]:
    """Every code on any page of a file."""
    pages = (gate.pixels(data, page).array() for page in range(gate.pages(data)))
    return {found.data.decode() for page in pages for found in symbols.read(grey_of(page))}


def traces(data: bytes, citizen: int) -> bool:
    """Whether a citizen's name or any part of his photo stands in a file as it is."""
    rows = photo(citizen).reshape(60, -1)
    pieces = (row[at : at + PIECE].tobytes() for row in rows for at in range(0, row.size - PIECE, PIECE))
    return NAMES[citizen].encode() in data or any(piece in data for piece in pieces)


@pytest.mark.parametrize("form", FILES)
def test_the_original_of_a_page_holds_nothing_of_the_other_pages(counter: Counter, form: str) -> None:
    data = FILES[form]()
    assert codes(counter.gate, data) == set(CODES)
    shot = counter.capture.take(data)[1]

    attached = counter.capture.attach(counter.about, FORM, shot, Edit(), "")

    (original,) = counter.originals(attached.sha256)
    kept = counter.desk.store.blobs.get(attached.sha256)
    assert kept is not None
    assert counter.sealed() == 2
    assert codes(counter.gate, original) == codes(counter.gate, kept) == {CODES[1]}
    assert not any(traces(file, citizen) for file in (original, kept) for citizen in (0, 2))
    assert counter.gate.pixels(original) == replace(counter.gate.pixels(data, 1), pages=1)


def test_what_traces_of_a_citizen_are_looked_for_is_there_in_the_whole_file() -> None:
    assert all(traces(make(), citizen) for make in (scans, document) for citizen in range(3))
    assert [traces(saved(Image.fromarray(paper(1)), "TIFF"), citizen) for citizen in range(3)] == [False, True, False]


@pytest.mark.parametrize("form", FILES)
def test_a_replacement_by_a_page_is_changed_and_taken_back_as_any_other(counter: Counter, form: str) -> None:
    shot = counter.capture.take(FILES[form](), dpi=75)[1]
    first = counter.capture.attach(counter.about, FORM, shot, Edit(quarters=2), "")
    counter.start_again()

    again = counter.capture.reopen(counter.about, first.sha256)

    assert again is not None
    assert (again[0].page, again[0].pages, again[0].dpi, again[1]) == (0, 1, 75, Edit(quarters=2))
    assert again[0].fingerprint == shot.fingerprint
    assert np.array_equal(counter.capture.edited(*again), counter.capture.edited(shot, Edit(quarters=2)))
    second = counter.capture.attach(counter.about, FORM, again[0], Edit(), "")
    assert counter.originals(second.sha256) == counter.originals(first.sha256)
    assert counter.sealed() == 3
    back = counter.capture.undo(counter.about, FORM)
    assert back is not None
    assert back.sha256 == first.sha256
    assert counter.capture.undo(counter.about, FORM) is None
    assert counter.drafts.find(counter.about) is None


def test_both_sides_of_a_card_in_one_file_are_two_originals(counter: Counter) -> None:
    front, _, back = counter.capture.take(document())
    sheet = counter.capture.both_sides((front, Edit()), (back, Edit()))

    attached = counter.capture.attach(counter.about, FRONT, sheet, Edit(), "")

    assert [codes(counter.gate, data) for data in counter.originals(attached.sha256)] == [{CODES[0]}, {CODES[2]}]


def test_a_picture_is_kept_as_it_came(counter: Counter) -> None:
    for form in ("JPEG", "PNG", "TIFF"):
        data = saved(Image.fromarray(paper(1)), form)
        (shot,) = counter.capture.take(data)

        attached = counter.capture.attach(counter.about, FORM, shot, Edit(), "")

        assert counter.originals(attached.sha256) == [data]


def whole_file_kept(counter: Counter, shot: Shot) -> str:
    """A replacement by a page as earlier versions kept it: with the whole file."""
    attached = counter.capture.attach(counter.about, FORM, shot, Edit(), "")
    whole = counter.desk.store.blobs.put(shot.data, counter.about)
    with counter.desk.store.write() as tx:
        made = tx.captures.newest(counter.about, FORM.value)
        assert made is not None
        recipe = wire.decode(made.recipe, Recipe)
        source = replace(recipe.sources[0], sha256=whole, page=shot.page)
        tx.captures.drop_newest(counter.about, FORM.value)
        former = replace(recipe, sources=(source,))
        tx.captures.add(replace(made, recipe=wire.encode(former), originals=(whole,)))
    return attached.sha256


def test_a_replacement_of_an_earlier_version_opens_and_leaves_its_other_pages_behind(counter: Counter) -> None:
    shot = counter.capture.take(document())[1]
    before = whole_file_kept(counter, shot)
    assert counter.originals(before) == [shot.data]

    again = counter.capture.reopen(counter.about, before)

    assert again is not None
    assert (again[0].page, again[0].pages) == (1, 3)
    after = counter.capture.attach(counter.about, FORM, again[0], Edit(quarters=1), "")
    assert [codes(counter.gate, data) for data in counter.originals(after.sha256)] == [{CODES[1]}]
