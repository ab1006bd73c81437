"""The tour at the printer: papers of a dossier, a reprint, the list, a stack of papers, the day sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton

from officer_console.domain.papers import Paper
from officer_console.tour.stage import Stage, TourError
from officer_console.views.signing_words import TRAINING_PASSWORD, TRAINING_SIGNER

CTRL = Qt.KeyboardModifier.ControlModifier
LEAST_PAPERS = 3


def notice_printed(stage: Stage) -> None:
    """In thông báo on the banner of the outcome: the notice is looked at and printed; the next time is a reprint."""
    stage.press("outcomeAction")
    paper_ready(stage)
    stage.picture("in-thong-bao-chap-nhan")
    notice_signed(stage)
    stage.press("printNow")
    stage.expect("printBannerTitle", "Đã gửi Thông báo chấp nhận")
    stage.expect("printTimes", "Đã in 1 lần")
    stage.picture("in-thong-bao-da-gui-may-in")
    for paper, name in ((Paper.GUIDE, "in-huong-dan-vssid"), (Paper.RECEIPT, "in-giay-tiep-nhan")):
        stage.press(f"paper_{paper.value}")
        paper_ready(stage, paper)
        stage.picture(name)
    stage.press("printClose")
    stage.until("đóng cửa sổ in", lambda: QApplication.activeModalWidget() is None)


def notice_signed(stage: Stage) -> None:
    """Ký số with the key of training: a wrong password first, then the right one; the mark stands on the notice."""
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
    stage.picture("in-thong-bao-da-ky-so")


def paper_seen(stage: Stage, paper: Paper, name: str) -> None:
    """Ctrl+P on a dossier shows the paper most likely wanted; it must be ``paper``."""
    stage.desk.review_view.setFocus()
    stage.key(Qt.Key.Key_P, CTRL)
    paper_ready(stage, paper)
    stage.picture(name)
    stage.press("printClose")
    stage.until("đóng cửa sổ in", lambda: QApplication.activeModalWidget() is None)


def lists_printed(stage: Stage) -> None:
    """The list as paper, one paper for all it names, and what was done today."""
    stage.table().setFocus()
    stage.key(Qt.Key.Key_P, CTRL)
    paper_ready(stage, Paper.QUEUE_LIST)
    stage.picture("in-danh-sach")
    stage.press("printClose")
    stage.until("đóng cửa sổ in", lambda: QApplication.activeModalWidget() is None)
    _chosen(stage, "printRunAction")
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
    stage.press("printRunClose")
    stage.until("đóng cửa sổ in", lambda: QApplication.activeModalWidget() is None)
    _chosen(stage, "printDay")
    paper_ready(stage, Paper.DAY_SHEET)
    stage.picture("phieu-lam-viec-trong-ngay")
    stage.press("printClose")
    stage.until("đóng cửa sổ in", lambda: QApplication.activeModalWidget() is None)


def paper_ready(stage: Stage, paper: Paper | None = None) -> None:
    """Wait until the paper is on the screen and the printer is known."""
    dialog = stage.desk.printing.dialog
    stage.until("giấy", lambda: dialog.isVisible() and dialog.print_button.isEnabled())
    button = None if paper is None else stage.find(QPushButton, f"paper_{paper.value}")
    if button is not None and not button.isChecked():
        raise TourError(button.objectName())
    stage.until("trang giấy", lambda: dialog.canvas.picture is not None)


def _chosen(stage: Stage, action: str) -> None:
    """Choose from the menu *In…* of the list."""
    menu = stage.find(QPushButton, "printList").menu()
    found = [each for each in menu.actions() if each.objectName() == action] if menu is not None else []
    if len(found) != 1:
        raise TourError(action)
    found[0].trigger()
