"""The sign-in window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from officer_console.sync.clock import CentralClock
from officer_console.viewmodels.sign_in import DemoAccount, SignInViewModel
from officer_console.views.sign_in import SignInView
from tests.gui.list_fakes import NOW, REFERENCE, CodedError, FakeSession, FakeSignIn, Immediately, Later

DEMO = (DemoAccount(username="thuha", password="hoso-2026", full_name="Nguyễn Thu Hà", role="officer"),)


@dataclass(frozen=True)
class LockedUntil:
    """What central says of a lock-out."""

    until: datetime


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Window:
    """A shown sign-in window with what stands behind it."""

    def __init__(self, qtbot: QtBot, runner: Immediately | Later | None = None) -> None:
        self.service = FakeSignIn()
        self.clock = Clock()
        self.model = SignInViewModel(self.service, runner or Immediately(), clock=self.clock, demo_accounts=DEMO)
        self.view = SignInView(self.model, reference=REFERENCE)
        self.sessions: list[object] = []
        self.model.signed_in.connect(self.sessions.append)
        qtbot.addWidget(self.view)
        self.view.show()
        self.view.activateWindow()
        qtbot.waitUntil(self.view.isActiveWindow)

    def part(self, name: str) -> QWidget:
        found = self.view.findChild(QWidget, name)
        assert found is not None
        return found


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_signing_in_takes_two_fields_and_enter(qtbot: QtBot) -> None:
    window = Window(qtbot)
    assert focused().objectName() == "username"
    QTest.keyClicks(focused(), " thuha ")
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused().objectName() == "password"
    QTest.keyClicks(focused(), " mat khau ")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert window.service.asked == [("thuha", " mat khau ", None)]
    assert window.sessions == [FakeSession()]


def test_an_empty_field_is_told_beside_itself(qtbot: QtBot) -> None:
    window = Window(qtbot)
    QTest.keyClicks(focused(), "thuha")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert window.view.password.error == "Nhập mật khẩu."
    assert focused().objectName() == "password"
    assert window.service.asked == []
    QTest.keyClicks(focused(), "x")
    assert window.view.password.error == ""


def test_a_wrong_password_keeps_the_name_and_selects_the_password(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.service.error = CodedError("invalid-credentials")
    window.model.submit("thuha", "x")
    assert window.view.banner.title == "Tên đăng nhập hoặc mật khẩu không đúng"
    assert focused().objectName() == "password"
    assert window.sessions == []


def test_a_lock_out_counts_down_and_lets_go_by_itself(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.service.error = CodedError("locked-out", LockedUntil(NOW + timedelta(minutes=4, seconds=12)))
    window.model.submit("thuha", "x")
    assert window.view.banner.text.endswith("Thử lại sau 4 phút 12 giây.")
    assert not window.part("signInButton").isEnabled()
    window.model.submit("thuha", "x")
    assert len(window.service.asked) == 1
    window.clock.now += timedelta(seconds=10)
    qtbot.waitUntil(lambda: window.view.banner.text.endswith("4 phút 2 giây."), timeout=5000)
    window.clock.now += timedelta(minutes=5)
    qtbot.waitUntil(window.part("signInButton").isEnabled, timeout=5000)
    assert not window.view.banner.isVisible()


def test_a_lock_out_lasts_as_long_as_central_says_at_a_desk_that_is_400_days_behind(qapp: QApplication) -> None:
    slow = CentralClock(lambda: NOW - timedelta(days=400), lambda: NOW)
    service = FakeSignIn(error=CodedError("locked-out", LockedUntil(NOW + timedelta(minutes=15))))
    model = SignInViewModel(service, Immediately(), clock=slow, parent=qapp)

    model.submit("thuha", "x")

    assert model.seconds_locked() == 15 * 60


def test_another_user_is_not_held_up_by_a_lock_out(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.service.error = CodedError("locked-out", LockedUntil(NOW + timedelta(minutes=4)))
    window.model.submit("thuha", "x")
    QTest.keyClicks(window.view.username.line, "2")
    assert window.part("signInButton").isEnabled()


def test_a_password_changed_elsewhere_asks_once_for_the_old_one(qtbot: QtBot) -> None:
    window = Window(qtbot)
    assert not window.view.old_password.isVisible()
    window.view.username.line.setText("thuha")
    window.view.password.line.setText("moi")
    window.service.error = CodedError("password-changed")
    QTest.keyClick(window.view.password.line, Qt.Key.Key_Return)
    assert window.view.old_password.isVisible()
    assert focused().objectName() == "oldPassword"
    window.service.error = None
    QTest.keyClicks(focused(), "cu")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert window.service.asked[-1] == ("thuha", "moi", "cu")
    assert len(window.sessions) == 1


def test_passwords_are_hidden_and_forgotten_when_the_window_closes(qtbot: QtBot) -> None:
    window = Window(qtbot)
    for field in (window.view.password, window.view.old_password):
        assert field.line.echoMode() is QLineEdit.EchoMode.Password
        field.line.setText("bi mat")
    window.view.close()
    assert window.view.password.text == ""
    assert window.view.old_password.text == ""


def test_while_signing_in_the_fields_wait_and_a_second_enter_does_nothing(qtbot: QtBot) -> None:
    runner = Later()
    window = Window(qtbot, runner)
    window.model.submit("thuha", "x")
    window.model.submit("thuha", "x")
    assert not window.view.username.line.isEnabled()
    bar = window.part("signInBusy")
    assert not bar.isVisible()
    qtbot.waitUntil(bar.isVisible, timeout=3000)
    runner.finish_all()
    assert len(window.service.asked) == 1


def test_a_demo_account_fills_both_fields_and_enter_goes_on(qtbot: QtBot) -> None:
    window = Window(qtbot)
    card = window.part("demo-thuha")
    assert card.accessibleName() == "Nguyễn Thu Hà, Cán bộ tiếp nhận, thuha"
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert focused().objectName() == "signInButton"
    QTest.keyClick(focused(), Qt.Key.Key_Space)
    assert window.service.asked == [("thuha", "hoso-2026", None)]


def test_unlocking_waits_for_the_password_of_the_same_officer(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.view.prefill("thuha")
    assert (window.view.username.text, focused().objectName()) == ("thuha", "password")
    window.view.prefill("")
    assert focused().objectName() == "username"
