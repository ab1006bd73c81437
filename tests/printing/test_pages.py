"""Pages: which are meant, how they look as pixels, and what Qt hands to a printer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from officer_console import data
from officer_console.background.qt_printers import FILES, QtPrinters
from officer_console.devices.printers import Order, PrintError, page_numbers
from officer_console.documents import raster
from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.services.stationery import Desk, Stationery
from tests import builders
from tests.printing.parts import NOW, OFFICER, STATES, judged


def paper(which: Paper, status: Status) -> bytes:
    dossier = judged(1, next(kind for kind, each in STATES if each is status), status)
    desk = Desk(reference=builders.REFERENCE, officer=OFFICER, at=NOW)
    return Stationery(lambda: data.folder("forms")).paper(which, dossier, desk).pdf


@pytest.fixture(scope="module")
def notice() -> bytes:
    return paper(Paper.ACCEPTED, Status.APPROVED)


@pytest.fixture(scope="module")
def two_pages() -> bytes:
    return paper(Paper.INSURED, Status.AWAITING_REGISTRY)


@pytest.mark.parametrize(
    ("text", "pages"),
    [("", ()), ("  ", ()), ("1", (0,)), ("1-3, 5", (0, 1, 2, 4)), ("5;1–2", (0, 1, 4)), ("2,2", (1,))],
)
def test_pages_are_read_as_they_are_typed(text: str, pages: tuple[int, ...]) -> None:
    assert page_numbers(text, 5) == pages


@pytest.mark.parametrize("text", ["0", "6", "3-1", "a", "1-", "-2", "1,,2", "²", "99999"])
def test_pages_a_paper_does_not_have_are_refused(text: str) -> None:
    with pytest.raises(PrintError) as caught:
        page_numbers(text, 5)
    assert caught.value.code == "pages-malformed"


def test_bands_are_the_page_cut_into_pieces(notice: bytes) -> None:
    whole = raster.page(notice, 0, 300)
    bands = list(raster.bands(notice, 0, 300))
    assert max(band.height for band in bands) <= raster.BAND_ROWS
    assert [band.top for band in bands] == list(range(0, whole.height, raster.BAND_ROWS))
    joined = np.frombuffer(b"".join(band.rgb for band in bands), np.uint8).astype(int)
    drawn = np.frombuffer(whole.rgb, np.uint8).astype(int)
    assert joined.shape == drawn.shape
    # Letters are smoothed at a cut as if there were none, give or take a shade.
    assert np.abs(joined - drawn).max() < 48
    assert drawn.min() < 64


def test_a_page_is_a4_at_the_resolution_asked_for(notice: bytes) -> None:
    drawn = raster.page(notice, 0, 160)
    assert abs(drawn.width - 210 / 25.4 * 160) < 2
    assert abs(drawn.height - 297 / 25.4 * 160) < 2
    assert len(drawn.rgb) == 3 * drawn.width * drawn.height


def grey(pdf: bytes, page: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return a page in blocks of half a millimetre or so, 0 black to 255 white."""
    drawn = raster.page(pdf, page, 300)
    pixels = np.frombuffer(drawn.rgb, np.uint8).reshape(drawn.height, drawn.width, 3)[:3480, :2460]
    return pixels.mean(axis=2).reshape(580, 6, 410, 6).mean(axis=(1, 3))


def test_what_qt_prints_looks_like_the_paper(qapp: QApplication, tmp_path: Path, two_pages: bytes) -> None:  # noqa: ARG001
    printers = QtPrinters(tmp_path)
    printers.send(two_pages, Order(printer=FILES, title="TK1-TS"))
    (file,) = tmp_path.iterdir()
    printed = file.read_bytes()
    assert raster.page_count(printed) == 2
    for page in range(2):
        before, after = grey(two_pages, page), grey(printed, page)
        assert before.min() < 200
        assert np.abs(before - after).mean() < 3
        assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.9


def test_qt_prints_the_pages_asked_for(qapp: QApplication, tmp_path: Path, two_pages: bytes) -> None:  # noqa: ARG001
    QtPrinters(tmp_path).send(two_pages, Order(printer=FILES, title="TK1-TS", pages=(1,)))
    (file,) = tmp_path.iterdir()
    printed = file.read_bytes()
    assert raster.page_count(printed) == 1
    assert raster.page_size(printed, 0)[0] == pytest.approx(raster.page_size(two_pages, 1)[0], abs=2)


def test_a_printer_qt_does_not_know_is_missing(qapp: QApplication, notice: bytes) -> None:  # noqa: ARG001
    with pytest.raises(PrintError) as caught:
        QtPrinters().send(notice, Order(printer="khong-co", title="x"))
    assert caught.value.code == "printer-missing"
