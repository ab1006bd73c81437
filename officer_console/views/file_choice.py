"""The dialog that asks for files of pages, in Vietnamese."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from officer_console.views.plain import named

FILTER = "Ảnh, TIFF, PDF (*.jpg *.jpeg *.png *.tif *.tiff *.pdf *.JPG *.JPEG *.PNG *.TIF *.TIFF *.PDF)"


def choose_files(
    parent: QWidget, title: str, chosen: Callable[[Sequence[Path]], None], *, many: bool = True
) -> QFileDialog:
    """Ask for files, or for one, without blocking the window; ``chosen`` hears which."""
    dialog = QFileDialog(parent, title, str(Path.home()), FILTER)
    named(dialog, "filesDialog", title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles if many else QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for part, text in (
        (QFileDialog.DialogLabel.Accept, "Chọn"),
        (QFileDialog.DialogLabel.Reject, "Hủy"),
        (QFileDialog.DialogLabel.FileName, "Tên tệp:"),
        (QFileDialog.DialogLabel.FileType, "Loại tệp:"),
        (QFileDialog.DialogLabel.LookIn, "Thư mục:"),
    ):
        dialog.setLabelText(part, text)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.open()
    return dialog


def choose_target(
    parent: QWidget, title: str, proposed: Path, kinds: str, chosen: Callable[[Path], None]
) -> QFileDialog:
    """Ask where to write a file, without blocking the window; Qt asks before one is written over."""
    dialog = QFileDialog(parent, title, str(proposed.parent), kinds)
    named(dialog, "targetDialog", title)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(proposed.suffix.removeprefix("."))
    dialog.selectFile(proposed.name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for part, text in (
        (QFileDialog.DialogLabel.Accept, "Lưu"),
        (QFileDialog.DialogLabel.Reject, "Hủy"),
        (QFileDialog.DialogLabel.FileName, "Tên tệp:"),
        (QFileDialog.DialogLabel.FileType, "Loại tệp:"),
        (QFileDialog.DialogLabel.LookIn, "Thư mục:"),
    ):
        dialog.setLabelText(part, text)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.open()
    return dialog
