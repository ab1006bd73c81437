"""The tour with sheets of several dossiers: printed as a stack, left, gone on with; scanned and filed by code."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from PySide6.QtCore import Qt

from central_server.seed.accounts import TRAINING_PASSWORD
from officer_console.documents import raster
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.form import signed_form
from officer_console.domain.papers import Paper
from officer_console.services.stacks import Doubt
from officer_console.tour.hands import closed, leave, opened, row_of, select, sign_in
from officer_console.tour.photos import choose
from officer_console.tour.stage import Stage, TourError

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SCAN_DPI = 150
# As a sheet lies in a tray.
CROOKED_DEGREES = 0.8
CHOSEN = 3
# As much of a page from below as holds its code.
FOOT = 0.12
PAPER = (255, 255, 255)


def stack_left(stage: Stage, officer: str) -> tuple[bytes, ...]:
    """Mẫu 01 for the rows chosen; stopped, left, announced when work begins anew, and gone on with.

    Returns the papers that came out.
    """
    _rows_chosen(stage)
    stage.key(Qt.Key.Key_P, CTRL)
    dialog = stage.desk.printing.run_dialog
    stage.until("giấy in hàng loạt", lambda: dialog.start.isEnabled())
    stage.choose("printRunPaper", Paper.DECLARATION.value)
    stage.expect("printRunHead", f"{CHOSEN} hồ sơ đã chọn")
    stage.picture("in-cac-dong-da-chon")
    before = _trays(stage)
    stage.press("printRunStart")
    stage.until("đang in", lambda: stage.there("printRunStop"))
    stage.press("printRunStop")
    stage.expect("printRunHead", "giấy chưa in")
    closed(stage, "printRunClose")
    first = _come_out(stage, before)
    stage.press("signOutButton")
    stage.until("đăng xuất", lambda: stage.program.desk is None)
    sign_in(stage, officer, TRAINING_PASSWORD)
    stage.expect("printRestTitle", f"đã gửi máy in {len(first)}/{CHOSEN}")
    stage.picture("chong-giay-in-do")
    stage.press("printRestAction")
    dialog = stage.desk.printing.run_dialog
    stage.until("hỏi tờ cuối", dialog.onward.isEnabled)
    before = _trays(stage)
    stage.press("printRunOnward")
    stage.expect("printRunHead", "đã gửi hết tới máy in")
    stage.picture("chong-giay-da-in-het")
    stage.press("printRunDrop")
    stage.until("đã in ra hết", lambda: not stage.there("printRunDrop"))
    closed(stage, "printRunClose")
    papers = (*first, *_come_out(stage, before))
    if len(papers) != CHOSEN:
        raise TourError(f"{len(papers)}/{CHOSEN}")
    return papers


def sheets_filed(stage: Stage, papers: tuple[bytes, ...]) -> None:
    """F7: the signed sheets come back in one scan, the last upside down; one on top that lost its code is taken out."""
    model, canvas = stage.desk.filing_desk.model, stage.desk.filing_desk.dialog.canvas
    stage.key(Qt.Key.Key_F7)
    stage.until("lưu tờ khai theo mã", lambda: stage.there("filingFiles"))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "xap-to-khai.pdf"
        count = _scan(papers, file)
        choose(stage, "filingFiles", file)
        stage.until("trang đã đọc", lambda: len(model.pages) == count and not model.busy)
    if [one.doubt for one in model.split.unclear] != [Doubt.FIRST] or len(model.split.piles) != len(papers):
        raise TourError("filingRows")
    stage.expect("filingTitle", "Không có mã")
    stage.until("trang chưa rõ", lambda: canvas.picture is not None)
    stage.picture("luu-to-khai-theo-ma-trang-chua-ro")
    stage.press("filingDrop")
    stage.until("bỏ trang ra", lambda: not model.split.unclear and not model.busy)
    stage.expect("filingAccept", f"Lưu {len(papers)} hồ sơ")
    stage.expect("filingTitle", "Sẵn sàng lưu")
    stage.until("trang đầu", lambda: canvas.picture is not None)
    stage.picture("luu-to-khai-theo-ma")
    numbers = [pile.number for pile in model.split.piles]
    stage.key(Qt.Key.Key_Return, CTRL)
    stage.expect("filingBannerTitle", f"Đã lưu {len(papers)} hồ sơ")
    stage.picture("da-luu-to-khai")
    closed(stage, "filingClose")
    for number in numbers:
        stage.until(f"tờ khai của {number}", lambda number=number: _filed(stage, number))  # type: ignore[misc]  # a default has no type
    select(stage, numbers[-1].partition("/")[0])
    stage.key(Qt.Key.Key_Return)
    opened(stage, held=True)
    pictures = stage.desk.review_model.pictures
    stage.press("thumb_signed_form")
    stage.until("tờ khai đã ký", lambda: pictures.selected is AttachmentKind.SIGNED_FORM)
    stage.picture("to-khai-trong-ho-so")
    leave(stage)


def _rows_chosen(stage: Stage) -> None:
    """Shift+↓ from the first row of the list."""
    table = stage.table()
    table.setFocus()
    table.selectRow(0)
    for _ in range(CHOSEN - 1):
        stage.key(Qt.Key.Key_Down, SHIFT)
    stage.expect("queueCount", f"Đã chọn {CHOSEN}")
    stage.picture("chon-nhieu-ho-so")


def _trays(stage: Stage) -> dict[Path, int]:
    """Return what the printer has put out, and when."""
    return {path: path.stat().st_mtime_ns for path in sorted(stage.out.glob("*.pdf"))}


def _come_out(stage: Stage, before: dict[Path, int]) -> list[bytes]:
    """Return the papers that have come out since then, in their order."""
    return [path.read_bytes() for path, stamp in _trays(stage).items() if before.get(path) != stamp]


def _scan(papers: tuple[bytes, ...], file: Path) -> int:
    """Write papers as a copier scans them, and return how many pages there are."""
    sheets = [_pages(paper) for paper in papers]
    upside_down = [page.transpose(Image.Transpose.ROTATE_180) for page in reversed(sheets.pop())]
    torn = sheets[0][0].copy()
    torn.paste(PAPER, (0, round(torn.height * (1 - FOOT)), torn.width, torn.height))
    lying = [torn, *(page for sheet in sheets for page in sheet), *upside_down]
    crooked = [page.rotate(CROOKED_DEGREES, Image.Resampling.BICUBIC, fillcolor=PAPER) for page in lying]
    crooked[0].save(file, resolution=SCAN_DPI, save_all=True, append_images=crooked[1:])
    return len(crooked)


def _pages(pdf: bytes) -> list[Image.Image]:
    drawn = [raster.page(pdf, number, SCAN_DPI) for number in range(raster.page_count(pdf))]
    return [Image.frombytes("RGB", (page.width, page.height), page.rgb) for page in drawn]


def _filed(stage: Stage, number: str) -> bool:
    """Whether central has the signed sheet of a dossier, and the desk knows it."""
    stage.desk.sync.wake()
    with stage.desk.session.store.read() as tx:
        dossier = tx.dossiers.get(row_of(stage, number.partition("/")[0]).id)
    return dossier is not None and signed_form(dossier) is not None
