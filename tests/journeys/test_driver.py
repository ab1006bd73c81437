"""The driver of the journeys on a small dialog: it reads, writes, presses and types."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.desktop import Desktop, Node, wait_until

DIALOG = Path(__file__).with_name("sample_dialog.py")


@pytest.fixture
def dialog(desktop: Desktop) -> Iterator[Node]:
    with desktop.process([sys.executable, str(DIALOG)], log="dialog"):
        yield desktop.root.find(role="dialog", name="Hộp thử")


def test_text_written_from_outside_comes_back_from_a_cell(dialog: Node) -> None:
    dialog.find(name="Họ và tên").set_text("Đặng Văn Ẩn")
    assert dialog.find(id="nameInput").text == "Đặng Văn Ẩn"
    dialog.find(id="addButton").do("Press")
    table = dialog.find(name="Danh sách")
    wait_until(lambda: table.row(0)[1] == "Đặng Văn Ẩn", "the name in the table")
    assert table.rows() == 1


def test_keys_reach_the_focused_field(desktop: Desktop, dialog: Node) -> None:
    field = dialog.find(id="nameInput")
    field.focus()
    desktop.keys("h", "g", "d")
    wait_until(lambda: field.text == "hgd", "typed text")


def test_an_object_that_is_not_there_is_said_by_name(dialog: Node) -> None:
    with pytest.raises(AssertionError, match="name=Không có"):
        dialog.find(name="Không có", seconds=0.2)
