"""A form that bears no code says so before it is printed, alone and in a stack."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from tests.gui.print_parts import room
from tests.printing.parts import EVERY
from tests.printing.test_printing import CODE

WARNING = "Chưa có khóa mã: đồng bộ trước; giấy in không có mã phải gán tay."


def said(dialog: QWidget, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisible() else ""


@pytest.mark.parametrize("paper", [Paper.DECLARATION, Paper.INSURED])
def test_a_form_without_a_code_says_so_in_its_preview(qtbot: QtBot, tmp_path: Path, paper: Paper) -> None:
    with room(qtbot, tmp_path) as place:
        place.open(Status.AWAITING_REGISTRY, paper)
        assert said(place.dialog, "printTimes") == f"▲ {WARNING}"
        assert place.dialog.print_button.isEnabled()
        place.open(Status.AWAITING_REGISTRY, Paper.RECEIPT)
        assert said(place.dialog, "printTimes") == ""


def test_a_form_with_a_code_says_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with room(qtbot, tmp_path, form_code=lambda _dossier, _kind: CODE) as place:
        place.open(Status.AWAITING_REGISTRY, Paper.DECLARATION)
        assert said(place.dialog, "printTimes") == ""


@pytest.mark.parametrize("code", [None, CODE])
def test_a_stack_of_forms_without_codes_says_so_before_it_is_printed(
    qtbot: QtBot, tmp_path: Path, code: str | None
) -> None:
    with room(qtbot, tmp_path, form_code=lambda _dossier, _kind: code) as place:
        place.run.open(EVERY)
        place.run_dialog.begin()
        place.rest()
        dialog = place.run_dialog
        row = dialog.paper.findData(Paper.DECLARATION.value)
        dialog.paper.setCurrentIndex(row)
        dialog.paper.activated.emit(row)
        if code is None:
            qtbot.waitUntil(lambda: said(dialog, "printRunSignFirst") == f"▲ 6 giấy chưa có mã. {WARNING}")
            assert dialog.start.isEnabled()
        else:
            place.run.gather(lambda _wanted: None, lambda _found: None)
            place.rest()
            assert said(dialog, "printRunSignFirst") == ""
        row = dialog.paper.findData(Paper.RECEIPT.value)
        dialog.paper.setCurrentIndex(row)
        dialog.paper.activated.emit(row)
        assert said(dialog, "printRunSignFirst") == ""
