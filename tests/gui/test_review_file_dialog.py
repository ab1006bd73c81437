"""The file dialog behind Thay ảnh speaks Vietnamese."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QTreeView
from pytestqt.qtbot import QtBot

from officer_console.views.assets import asset
from officer_console.views.qt_words import translator
from tests.gui.review_window import desk_of, press


@pytest.fixture
def words(qapp: QApplication) -> Iterator[None]:
    words = translator(qapp)
    qapp.installTranslator(words)
    yield
    qapp.removeTranslator(words)


@pytest.mark.usefixtures("words")
def test_the_file_dialog_has_no_english_left(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_F4)
    dialog = desk.page.findChild(QFileDialog, "replaceDialog")
    assert dialog is not None
    assert dialog.windowTitle() == "Thay ảnh"
    texts = {label.text().replace("&", "") for label in dialog.findChildren(QLabel) if label.text()}
    assert texts == {"Thư mục:", "Tên tệp:", "Loại tệp:"}
    tree = dialog.findChild(QTreeView, "treeView")
    assert tree is not None
    model = tree.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert heads == ["Tên", "Kích thước", "Loại", "Ngày sửa"]
    dialog.reject()


@pytest.mark.usefixtures("words")
def test_the_menu_of_a_text_field_is_vietnamese(qtbot: QtBot) -> None:
    line = QLineEdit("chữ")
    qtbot.addWidget(line)
    menu = line.createStandardContextMenu()
    said = [action.text().split("\t")[0].replace("&", "") for action in menu.actions() if action.text()]
    menu.deleteLater()
    assert said == ["Hoàn tác", "Làm lại", "Cắt", "Sao chép", "Dán", "Xóa", "Chọn tất cả"]


def test_the_compiled_words_are_those_of_their_source(tmp_path: Path) -> None:
    source = asset("translations", "qt_vi.ts")
    compiled = tmp_path / "qt_vi.qm"
    tool = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent))
    assert tool is not None
    subprocess.run([tool, "-silent", source, "-qm", compiled], check=True, timeout=60)
    assert compiled.read_bytes() == asset("translations", "qt_vi.qm").read_bytes()
