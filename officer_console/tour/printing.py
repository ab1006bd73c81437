"""The tour at the printer: papers of a dossier, a reprint, the list, a stack of papers, the day sheet."""

from __future__ import annotations

import pypdfium2
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from officer_console.documents import raster
from officer_console.domain.papers import Paper
from officer_console.tour.hands import closed
from officer_console.tour.stage import Stage, TourError
from officer_console.viewmodels.printing import PrintingViewModel
from officer_console.views.signing_words import TRAINING_PASSWORD, TRAINING_SIGNER

CTRL = Qt.KeyboardModifier.ControlModifier
LEAST_PAPERS = 3
# Where the pages of the papers lie, and how large they are.
PAGES = "giay"
PAGE_DPI = 100
# What is written on each, whoever it is about.
HEADS = {
    Paper.DECLARATION: "Mẫu số: 01",
    Paper.INSURED: "TK1-TS",
    Paper.RECEIPT: "GIẤY TIẾP NHẬN",
    Paper.ACCEPTED: "Về việc chấp nhận",
    Paper.REFUSED: "Về việc không chấp nhận",
    Paper.GUIDE: "HƯỚNG DẪN",
    Paper.DAY_SHEET: "PHIẾU LÀM VIỆC TRONG NGÀY",
    Paper.QUEUE_LIST: "DANH SÁCH",
}


def notice_printed(stage: Stage) -> None:
    """In thông báo on the banner of the outcome: the notice is looked at and printed; the next time is a reprint."""
    stage.press("outcomeAction")
    paper_ready(stage)
    pictured(stage, "in-thong-bao-chap-nhan")
    notice_signed(stage)
    stage.press("printNow")
    stage.expect("printBannerTitle", "Đã gửi Thông báo chấp nhận")
    stage.expect("printTimes", "Đã in 1 lần")
    stage.picture("in-thong-bao-da-gui-may-in")
    for paper, name in ((Paper.GUIDE, "in-huong-dan-vssid"), (Paper.RECEIPT, "in-giay-tiep-nhan")):
        stage.press(f"paper_{paper.value}")
        paper_ready(stage, paper)
        pictured(stage, name)
    closed(stage, "printClose")


def notice_signed(stage: Stage) -> None:
    """Ký số with the key of training: a wrong password first, then the right one; the mark stands on the notice."""
    stage.key(Qt.Key.Key_K, CTRL)
    stage.expect("printBannerTitle", "Chưa có số của thông báo")
    stage.type_into("printDocument", "123")
    stage.key(Qt.Key.Key_K, CTRL)
    stage.until("ký số", lambda: stage.there("signingSign") and stage.find(QLineEdit, "signingPin").isEnabled())
    stage.picture("ky-so")
    stage.type_into("signingPin", "sai")
    stage.press("signingSign")
    stage.expect("signingBannerTitle", "Mật khẩu của tệp chứng thư không đúng")
    stage.picture("ky-so-sai-mat-khau")
    stage.type_into("signingPin", TRAINING_PASSWORD)
    stage.press("signingSign")
    stage.expect("printSigned", f"Đã ký số: {TRAINING_SIGNER}")
    paper_ready(stage, Paper.ACCEPTED)
    if stage.there("printSign"):
        raise TourError("printSign")
    pictured(stage, "in-thong-bao-da-ky-so")


def paper_seen(stage: Stage, paper: Paper, name: str) -> None:
    """Ctrl+P on a dossier shows the paper most likely wanted; it must be ``paper``."""
    stage.desk.review_view.setFocus()
    stage.key(Qt.Key.Key_P, CTRL)
    paper_ready(stage, paper)
    pictured(stage, name)
    closed(stage, "printClose")


def declaration_seen(stage: Stage, name: str, *parts: str) -> None:
    """Mẫu 01 of the open dossier; it says whose it is, and each of ``parts``."""
    dossier = stage.desk.review_model.dossier
    if dossier is None:
        raise TourError(name)
    stage.desk.review_view.setFocus()
    stage.key(Qt.Key.Key_P, CTRL)
    paper_ready(stage)
    stage.press(f"paper_{Paper.DECLARATION.value}")
    paper_ready(stage, Paper.DECLARATION)
    expect_words(stage, dossier.number, dossier.declaration.full_name.upper(), *parts)
    pictured(stage, name)
    closed(stage, "printClose")


def lists_printed(stage: Stage) -> None:
    """The list as paper, one paper for all it names, and what was done today."""
    stage.table().setFocus()
    stage.key(Qt.Key.Key_P, CTRL)
    paper_ready(stage, Paper.QUEUE_LIST)
    pictured(stage, "in-danh-sach")
    closed(stage, "printClose")
    from_list(stage, "printRunAction")
    model = stage.desk.printing.run_dialog
    stage.until("giấy in hàng loạt", lambda: model.start.isEnabled())
    stage.choose("printRunPaper", Paper.DECLARATION.value)
    if stage.find(QComboBox, "printRunPaper").count() < LEAST_PAPERS:
        raise TourError("printRunPaper")
    stage.picture("in-hang-loat")
    stage.press("printRunStart")
    stage.until("đang in", lambda: stage.there("printRunStop"))
    stage.press("printRunStop")
    stage.expect("printRunHead", "Trang cuối đã in ra chưa?")
    stage.picture("in-hang-loat-da-dung")
    stage.press("printRunDrop")
    stage.until("bỏ phần còn lại", lambda: not stage.there("printRunDrop"))
    closed(stage, "printRunClose")
    from_list(stage, "printDay")
    paper_ready(stage, Paper.DAY_SHEET)
    pictured(stage, "phieu-lam-viec-trong-ngay")
    closed(stage, "printClose")


def paper_ready(stage: Stage, paper: Paper | None = None) -> None:
    """Wait until the paper is on the screen and the printer is known."""
    dialog = stage.desk.printing.dialog
    stage.until("giấy", lambda: dialog.isVisible() and dialog.print_button.isEnabled())
    button = None if paper is None else stage.find(QPushButton, f"paper_{paper.value}")
    if button is not None and not button.isChecked():
        raise TourError(button.objectName())
    stage.until("trang giấy", lambda: dialog.canvas.picture is not None)
    if paper is not None:
        expect_words(stage, HEADS[paper])


def pictured(stage: Stage, name: str) -> None:
    """Take a picture of the preview, and beside it one of each page that can be read, in the folder ``PAGES``."""
    stage.picture(name)
    pdf = shown(stage)
    folder = stage.out / PAGES
    folder.mkdir(exist_ok=True)
    for number in range(raster.page_count(pdf)):
        drawn = raster.page(pdf, number, PAGE_DPI)
        image = QImage(drawn.rgb, drawn.width, drawn.height, 3 * drawn.width, QImage.Format.Format_RGB888)
        path = folder / f"{stage.taken:02d}-{name}-trang-{number + 1}.png"
        if not image.save(str(path)):
            raise TourError(str(path))


def shown(stage: Stage) -> bytes:
    """Return the paper that is shown."""
    model = stage.desk.window.findChild(PrintingViewModel)
    if model is None or model.made is None:
        raise TourError("printCanvas")
    return model.made.pdf


def expect_words(stage: Stage, *parts: str) -> None:
    """Look whether each of ``parts`` is written on the paper that is shown, wherever its lines break."""
    # Its page is on the screen already: nobody else has PDFium draw.
    with pypdfium2.PdfDocument(shown(stage)) as document:
        written = _together("".join(page.get_textpage().get_text_range() for page in document))
    for part in parts:
        if _together(part) not in written:
            raise TourError(part)


def from_list(stage: Stage, action: str) -> None:
    """Choose from the menu *In…* of the list."""
    menu = stage.find(QPushButton, "printList").menu()
    found = [each for each in menu.actions() if each.objectName() == action] if menu is not None else []
    if len(found) != 1:
        raise TourError(action)
    found[0].trigger()


def _together(text: str) -> str:
    return "".join(text.split())
