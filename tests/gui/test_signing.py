"""The dialog *Ký số*: choosing a certificate, the PIN, a batch that stops and goes on, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.services.sign_documents import Choice, Settings, Trouble
from officer_console.viewmodels.signing import NOT_SET_UP, SigningViewModel
from officer_console.views.messages import known, tell
from officer_console.views.signing import NOTHING_CHOSEN, WIDTH, SigningDialog
from officer_console.views.signing_sentences import LAST_TRY, SIGNING
from tests.gui.signing_parts import GOOD, LAST, NOW, OLD, PIN, FakeSigning, batch
from tests.signing.papers import keeper

pytestmark = pytest.mark.timeout(120)
OPENED = Choice(module="Token", token=GOOD.token, serial=GOOD.serial, fingerprint=GOOD.fingerprint)


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobRunner]:  # noqa: ARG001 - there has to be an application
    runner = JobRunner()
    yield runner
    runner.end()


Opened = Callable[..., tuple[SigningDialog, SigningViewModel, dict[str, bytes]]]


@pytest.fixture
def opened(qtbot: QtBot, jobs: JobRunner) -> Opened:
    """Return what shows the dialog over a service once the certificates are listed, and where documents are kept."""

    def start(service: FakeSigning, count: int = 3) -> tuple[SigningDialog, SigningViewModel, dict[str, bytes]]:
        kept: dict[str, bytes] = {}
        model = SigningViewModel(service, batch(count), keeper(kept), jobs, clock=lambda: NOW)
        dialog = SigningDialog(model)
        model.setParent(dialog)
        qtbot.addWidget(dialog)
        dialog.show()
        model.refresh()
        qtbot.waitUntil(lambda: not model.listing)
        return dialog, model, kept

    return start


def enter(dialog: SigningDialog, pin: str) -> None:
    dialog.pin.line.setText(pin)
    dialog.sign.click()


def test_the_only_usable_certificate_is_chosen_and_one_pin_signs_the_batch(qtbot: QtBot, opened: Opened) -> None:
    service = FakeSigning(OLD, GOOD)
    dialog, model, kept = opened(service)
    assert [dialog.certificate.box.itemText(row) for row in range(3)] == [
        NOTHING_CHOSEN,
        "Nguyễn Thị Ánh Tuyết · đã hết hạn",
        "Nguyễn Thị Ánh Tuyết · đến 06/04/2028",
    ]
    assert dialog.certificate.box.currentIndex() == 2
    assert not dialog.sign.isEnabled()
    assert dialog.pin.line.echoMode() is QLineEdit.EchoMode.Password
    with qtbot.waitSignal(model.finished):
        enter(dialog, PIN)
    assert kept == {f"n{number}": f"n{number} signed".encode() for number in (1, 2, 3)}
    assert dialog.banner.title == "Đã ký 3 văn bản"
    assert dialog.pin.text == ""
    assert service.last == OPENED


def test_what_was_signed_with_last_is_chosen_again(opened: Opened) -> None:
    other = OPENED.fingerprint
    _, model, _ = opened(FakeSigning(LAST, GOOD, last=OPENED))
    assert model.offer is not None
    assert model.offer.choice.fingerprint == other
    _, model, _ = opened(FakeSigning(GOOD, last=Choice(module="Token", serial="another", fingerprint="0")))
    assert model.offer is not None


def test_a_certificate_that_may_not_sign_gets_no_pin(opened: Opened) -> None:
    dialog, model, _ = opened(FakeSigning(OLD))
    assert model.offer is None
    model.choose(model.offers[0].key)
    assert dialog.banner.title == tell("signing-expired").title
    assert not dialog.pin.line.isEnabled()
    dialog.pin.line.setText(PIN)
    assert not dialog.sign.isEnabled()


def test_a_wrong_pin_is_told_the_field_is_empty_and_the_right_one_signs(qtbot: QtBot, opened: Opened) -> None:
    dialog, model, kept = opened(FakeSigning(GOOD))
    enter(dialog, "000000")
    qtbot.waitUntil(lambda: not model.signing)
    assert dialog.banner.title == tell("signing-wrong-pin").title
    assert dialog.pin.text == ""
    assert kept == {}
    dialog.pin.line.setText(PIN)
    with qtbot.waitSignal(model.finished):
        QTest.keyClick(dialog.pin.line, Qt.Key.Key_Return)
    assert len(kept) == 3


def test_the_last_try_is_told_before_it_is_used(opened: Opened) -> None:
    dialog, _, _ = opened(FakeSigning(LAST))
    assert (dialog.banner.title, dialog.banner.text) == LAST_TRY


def test_a_token_pulled_out_stops_the_batch_and_the_rest_is_signed_later(qtbot: QtBot, opened: Opened) -> None:
    service = FakeSigning(GOOD)
    service.fails_at = b"n3"
    dialog, model, kept = opened(service, 4)
    enter(dialog, PIN)
    qtbot.waitUntil(lambda: not model.signing)
    assert dialog.banner.title == tell("signing-token-removed").title
    assert sorted(kept) == ["n1", "n2"]
    assert dialog.sign.text() == "&Ký tiếp"
    assert (dialog.progress.value(), dialog.progress.maximum()) == (2, 4)
    service.fails_at = None
    kept.clear()
    with qtbot.waitSignal(model.finished):
        enter(dialog, PIN)
    assert sorted(kept) == ["n3", "n4"]


def test_a_document_that_cannot_be_signed_is_passed_over_and_told(qtbot: QtBot, opened: Opened) -> None:
    service = FakeSigning(GOOD)
    service.fails_at, service.fails_with = b"n2", Trouble.DOCUMENT
    dialog, model, kept = opened(service)
    with qtbot.waitSignal(model.finished):
        enter(dialog, PIN)
    assert sorted(kept) == ["n1", "n3"]
    assert dialog.banner.title == "Đã ký 2 văn bản, 1 văn bản không ký được"


def test_stopping_lets_the_document_under_way_be_signed_and_keeps_the_rest(qtbot: QtBot, opened: Opened) -> None:
    service = FakeSigning(GOOD)
    dialog, model, kept = opened(service)
    service.go.clear()
    enter(dialog, PIN)
    assert service.started.wait(30)
    dialog.reject()
    assert dialog.isVisible()
    assert model.stopping
    assert not dialog.stop.isEnabled()
    service.go.set()
    qtbot.waitUntil(lambda: not model.signing)
    assert kept == {"n1": b"n1 signed"}
    dialog.reject()
    assert dialog.result() == QDialog.DialogCode.Rejected
    assert not dialog.isVisible()


def test_no_token_is_told_and_looked_for_again(qtbot: QtBot, opened: Opened) -> None:
    service = FakeSigning(GOOD)
    service.listing_fails = Trouble.NO_TOKEN
    dialog, model, _ = opened(service)
    assert dialog.banner.title == tell("signing-no-token").title
    service.listing_fails = None
    dialog.again.click()
    qtbot.waitUntil(lambda: model.offer is not None)
    assert not dialog.banner.isVisible()


def test_nothing_is_offered_where_the_administrator_has_set_nothing_up(opened: Opened) -> None:
    dialog, model, _ = opened(FakeSigning(settings=Settings()))
    assert dialog.banner.title == tell(NOT_SET_UP).title
    assert not dialog.file.isVisible()
    model.choose_file(Path("officer.p12"))
    assert model.offers == ()


def test_a_key_file_is_offered_where_that_is_allowed_and_asks_for_its_password(qtbot: QtBot, opened: Opened) -> None:
    service = FakeSigning(settings=Settings(key_files=True))
    dialog, model, kept = opened(service)
    model.choose_file(Path("folder/officer.p12"))
    assert dialog.certificate.box.currentText() == "officer.p12"
    assert dialog.pin.control.accessibleName() == "Mật khẩu của tệp"
    enter(dialog, "wrong")
    qtbot.waitUntil(lambda: not model.signing)
    assert dialog.banner.title == tell("signing-wrong-password").title
    with qtbot.waitSignal(model.finished):
        enter(dialog, PIN)
    assert len(kept) == 3
    assert service.last == Choice(file=str(Path("folder/officer.p12")))


def test_a_banner_takes_no_room_from_what_is_below(qtbot: QtBot, opened: Opened) -> None:
    dialog, model, _ = opened(FakeSigning(GOOD))
    enter(dialog, "000000")
    qtbot.waitUntil(lambda: not model.signing)
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width())


def test_a_long_name_with_markup_is_shown_as_it_is_and_widens_nothing(opened: Opened) -> None:
    name = "<b>Nguyễn</b> {detail} " * 12
    dialog, _, _ = opened(FakeSigning(replace(GOOD, subject=name, issuer=name, token=name)))
    assert dialog.certificate.box.currentText().startswith(name)
    assert dialog.width() == WIDTH


def test_every_trouble_has_a_sentence() -> None:
    assert [each.value for each in Trouble if not known(each.value)] == []
    others = {NOT_SET_UP, "mark-overflows", "notice-unsigned", "notice-damaged"}
    assert SIGNING.keys() == {each.value for each in Trouble} | others
