"""The tour at the photo desk and at the window of captured pages."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QSlider

from central_server.seed.portraits import Face, portrait
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.person import Sex
from officer_console.tour.stage import Stage, TourError

CTRL = Qt.KeyboardModifier.ControlModifier
# Whoever it is, it is somebody: what counts is that a face is on it.
FACE_SEED = 7


def portrait_replaced(stage: Stage) -> None:
    """Bàn ảnh: a new portrait beside the old one and the card's, laid over it, accepted with a reason, taken back."""
    pictures = stage.desk.review_model.pictures
    model = stage.desk.photo_model
    stage.press("thumb_portrait")
    stage.until("ảnh chân dung", lambda: pictures.selected is AttachmentKind.PORTRAIT)
    stage.key(Qt.Key.Key_B)
    stage.until("bàn ảnh", lambda: stage.there("photoDeskFiles"))
    stage.until("xem ảnh cũ", lambda: model.looks(model.old) is not None)
    stage.until("ảnh trên thẻ", lambda: model.card_searched)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "chup-tai-quay.jpg"
        file.write_bytes(portrait(FACE_SEED, Face(sex=Sex.FEMALE, group=1, variant=3)))
        choose(stage, "photoDeskFiles", file)
        stage.until("ảnh mới", lambda: model.candidate is not None)
    stage.picture("ban-anh")
    stage.key(Qt.Key.Key_S)
    slider = stage.find(QSlider, "photoDeskSlider")
    slider.setFocus()
    stage.key(Qt.Key.Key_PageUp)
    if stage.desk.photo_desk.over.share != slider.value():
        raise TourError("photoDeskSlider")
    stage.picture("ban-anh-chong-anh")
    stage.choose_reason("photoDeskReason")
    stage.press("photoDeskAccept")
    stage.until("đã thay", lambda: bool(pictures.replacements))
    stage.expect("photoDeskMark", "Đã thay")
    stage.picture("ban-anh-da-thay")
    stage.press("photoDeskUndo")
    stage.until("hoàn tác", lambda: not pictures.replacements)
    stage.until("nút tắt", lambda: not stage.there("photoDeskMark"))
    stage.picture("ban-anh-da-hoan-tac")
    stage.press("photoDeskClose")
    stage.until("đóng bàn ảnh", lambda: QApplication.activeModalWidget() is None)


def replaced_from_file(stage: Stage, bad: Path, good: Path) -> None:
    """Thay ảnh: a file that is no picture is refused at the desk, a good one is accepted there."""
    stage.press("replacePicture")
    fill_in(stage, bad)
    stage.expect("photoDeskBannerTitle", "không phải là ảnh")
    stage.picture("tep-khong-phai-anh")
    choose(stage, "photoDeskFiles", good)
    stage.until("ảnh mới", lambda: stage.desk.photo_model.candidate is not None)
    stage.choose_reason("photoDeskReason")
    stage.press("photoDeskAccept")
    stage.until("ảnh đã thay", lambda: bool(stage.desk.review_model.pictures.replacements))
    stage.press("photoDeskClose")
    stage.until("đóng bàn ảnh", lambda: QApplication.activeModalWidget() is None)
    stage.picture("da-thay-anh")


def sides_joined(stage: Stage) -> None:
    """Quét…: both sides of the card from files become one page, which is attached as the front."""
    pictures, model = stage.desk.review_model.pictures, stage.desk.capture_desk.model
    dossier = stage.desk.review_model.dossier
    if dossier is None:
        raise TourError("hồ sơ")
    stage.press("thumb_id_front")
    stage.until("mặt trước", lambda: pictures.selected is AttachmentKind.ID_FRONT)
    stage.press("scanPicture")
    stage.until("quét giấy tờ", lambda: stage.there("captureFiles"))
    own = {attachment.kind: attachment.sha256 for attachment in dossier.attachments}
    with TemporaryDirectory() as folder:
        for n, kind in enumerate((AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK), start=1):
            side = stage.desk.session.store.blobs.get(own[kind])
            if side is None:
                raise TourError(kind.value)
            file = Path(folder) / f"{kind.value}.png"
            file.write_bytes(side)
            choose(stage, "captureFiles", file)
            stage.until("trang đã đọc", lambda n=n: len(model.sheets) == n and not model.busy)  # type: ignore[misc]  # a default has no type
    stage.until("hai mặt", lambda: model.sides is not None)
    stage.picture("hai-mat-cua-the")
    stage.press("captureJoin")
    stage.until("một trang", lambda: len(model.sheets) == 3 and not model.busy)
    sheet = model.sheet
    if sheet is None or not sheet.shot.sides:
        raise TourError("captureJoin")
    stage.press("sheet_id_front")
    stage.until("tên trang", lambda: model.sheet is not None and model.sheet.kind is AttachmentKind.ID_FRONT)
    stage.until("ảnh trang", lambda: model.sheet is not None and not model.sheet.busy)
    stage.picture("hai-mat-mot-trang")
    stage.choose_reason("captureReason")
    stage.press("captureAccept")
    stage.until("đã đính kèm", lambda: QApplication.activeModalWidget() is None)
    if AttachmentKind.ID_FRONT not in {photo.kind for photo in pictures.replacements}:
        raise TourError("captureAccept")
    stage.picture("da-dinh-kem-hai-mat")


def choose(stage: Stage, button: str, *files: Path) -> None:
    """Press a button that asks for files, and choose these."""
    stage.press(button)
    fill_in(stage, *files)


def fill_in(stage: Stage, *files: Path) -> None:
    """Name these files in the dialog that asks for them."""
    stage.until("hộp chọn tệp", lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    if not isinstance(dialog, QDialog):
        raise TourError("filesDialog")
    stage.find(QLineEdit, "fileNameEdit").setText(" ".join(f'"{file}"' for file in files))
    dialog.accept()
    stage.until("hộp thoại đóng", lambda: QApplication.activeModalWidget() is not dialog)
