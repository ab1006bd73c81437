"""What Qt says by itself is Vietnamese: the file dialog behind Thay ảnh, menus, the actions a screen reader names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QContextMenuEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollBar,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from officer_console.views.assets import asset
from officer_console.views.qt_words import translator
from tests.gui.photo_desk_parts import room_of
from tests.gui.review_window import find, press


@pytest.fixture
def words(qapp: QApplication) -> Iterator[None]:
    words = translator(qapp)
    qapp.installTranslator(words)
    yield
    qapp.removeTranslator(words)


@pytest.mark.usefixtures("words")
def test_the_file_dialog_has_no_english_left(qtbot: QtBot) -> None:
    room = room_of(qtbot, opened=False)
    press(room.desk, Qt.Key.Key_F4)
    dialog = find(room.view, QFileDialog, "filesDialog")
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


_ACROSS = [
    "Cuộn đến đây",
    "Mép trái",
    "Mép phải",
    "Trang bên trái",
    "Trang bên phải",
    "Cuộn sang trái",
    "Cuộn sang phải",
]
_DOWN = ["Cuộn đến đây", "Đầu", "Cuối", "Trang trước", "Trang sau", "Cuộn lên", "Cuộn xuống"]


# The screenless platform complains about every popup.
@pytest.mark.qt_log_ignore("plugin does not support", extend=True)
@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("way", "words_of_it"), [(Qt.Orientation.Horizontal, _ACROSS), (Qt.Orientation.Vertical, _DOWN)]
)
def test_the_menu_of_a_scroll_bar_is_vietnamese(qtbot: QtBot, way: Qt.Orientation, words_of_it: list[str]) -> None:
    bar = QScrollBar(way)
    qtbot.addWidget(bar)
    QApplication.sendEvent(bar, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(1, 1), QPoint(1, 1)))
    menu = bar.findChild(QMenu)
    assert menu is not None
    said = [action.text() for action in menu.actions() if action.text()]
    menu.close()
    assert said == words_of_it


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("widget", "names", "said"),
    [
        (QPushButton, ["Press", "SetFocus"], ["Thực hiện thao tác", "Đưa bàn phím đến đây"]),
        (
            QCheckBox,
            ["Toggle", "Press", "SetFocus"],
            ["Đánh dấu hoặc bỏ đánh dấu", "Thực hiện thao tác", "Đưa bàn phím đến đây"],
        ),
        (QComboBox, ["ShowMenu", "Press"], ["Mở danh sách để chọn", "Mở danh sách để chọn"]),
    ],
)
def test_actions_keep_their_names_and_are_described_in_vietnamese(
    qtbot: QtBot, widget: type[QWidget], names: list[str], said: list[str]
) -> None:
    shown = widget()
    qtbot.addWidget(shown)
    actions = QAccessible.queryAccessibleInterface(shown).actionInterface()
    assert actions.actionNames() == names
    assert [actions.localizedActionDescription(name) for name in names] == said


@pytest.mark.usefixtures("words")
def test_no_standard_action_is_named_or_described_in_english(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    actions = QAccessible.queryAccessibleInterface(button).actionInterface()
    kind = QAccessibleActionInterface
    for name in (
        kind.pressAction(),
        kind.increaseAction(),
        kind.decreaseAction(),
        kind.showMenuAction(),
        kind.setFocusAction(),
        kind.toggleAction(),
        kind.scrollLeftAction(),
        kind.scrollRightAction(),
        kind.scrollUpAction(),
        kind.scrollDownAction(),
        kind.previousPageAction(),
        kind.nextPageAction(),
    ):
        said = f"{actions.localizedActionName(name)} {actions.localizedActionDescription(name)}"
        assert not said.isascii(), said


def test_the_compiled_words_are_those_of_their_source(tmp_path: Path) -> None:
    source = asset("translations", "qt_vi.ts")
    compiled = tmp_path / "qt_vi.qm"
    tool = shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent))
    assert tool is not None
    subprocess.run([tool, "-silent", source, "-qm", compiled], check=True, timeout=60)
    assert compiled.read_bytes() == asset("translations", "qt_vi.qm").read_bytes()
