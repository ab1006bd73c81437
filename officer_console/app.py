"""The program: the sign-in window, then an officer's desk, then the sign-in window again."""

from __future__ import annotations

import faulthandler
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from officer_console import logs
from officer_console.background import memory
from officer_console.background.closing import Closing
from officer_console.background.courtesy import Courtesy
from officer_console.background.jobs import JobRunner
from officer_console.central.client import CentralClient
from officer_console.central.session import CentralSession
from officer_console.config import Config
from officer_console.desk import Desk, new_id, now
from officer_console.ids import device_id
from officer_console.imaging.gate import Gate
from officer_console.services.sign_in import Session, SignIn, SignOut
from officer_console.sync.clock import CentralClock
from officer_console.viewmodels.sign_in import DemoAccount, SignInViewModel
from officer_console.views import theme
from officer_console.views.qt_words import translator
from officer_console.views.sign_in import SignInView

log = logging.getLogger(__name__)

# What hangs on a dead line does not keep the program from ending; what was written is in the store long before.
EXIT_SECONDS = 2.0
# Who signs in again where the last desk is not closed yet waits for it; a line that hangs may hold it up for longer,
# and two open stores beside each other are slower, not wrong.
REOPEN_SECONDS = 10.0
LOOK_MILLISECONDS = 50
SWITCH_SECONDS = 0.001
# Until Qt has deleted the window and the last job has handed its answer in.
RELEASE_MILLISECONDS = 1000


class Program(QObject):
    """The running program: the sign-in window, then a desk, then the sign-in window again."""

    def __init__(self, config: Config, demo_accounts: tuple[DemoAccount, ...] = ()) -> None:
        super().__init__()
        self._config = config
        self._demo_accounts = demo_accounts
        self.courtesy = Courtesy(self)
        self.runner = JobRunner(working=self.courtesy.working)
        self.gate = Gate()
        self.desk: Desk | None = None
        self._left: dict[Closing, Desk] = {}
        self._watch = QTimer(self, interval=LOOK_MILLISECONDS)
        self._watch.timeout.connect(self._let_go)
        self.sign_in_view: SignInView | None = None
        self._device_id = device_id(config.data)
        self._ended: Callable[[], None] = QApplication.quit
        # Before there is a desk: what is set aside stays for ever, and a desk must go with its key and its rows.
        self._collector = memory.Collector(self)

    def show_sign_in(self, username: str = "") -> None:
        """Show the sign-in window with a fresh session to central."""
        bundle = str(self._config.ca_bundle) if self._config.ca_bundle else None
        central = CentralClient(CentralSession(self._config.server, ca_bundle=bundle, new_id=new_id))
        service = SignIn(
            central,
            self._config.data / "profiles",
            device_id=self._device_id,
            clock=now,
            before_opening=self._await_closing,
        )
        clock = CentralClock(now, central.server_time)
        model = SignInViewModel(service, self.runner, clock=clock, demo_accounts=self._demo_accounts)
        model.signed_in.connect(lambda session: self._begin(session, central))
        view = SignInView(model)
        view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        model.setParent(view)
        view.prefill(username)
        view.show()
        self.sign_in_view = view

    def close(self) -> None:
        """End everything, in bounded time; safe to call at any moment."""
        if self.desk is not None:
            self._take_down(self.desk)
            self.desk = None
        self.runner.forget()
        desks = [partial(closing.over, None) for closing in self._left]
        Closing((*desks, self.runner.end, self.gate.close)).over(EXIT_SECONDS)

    def _begin(self, session: Session, central: CentralClient) -> None:
        desk = Desk(session, central, self.gate, self._config, self.courtesy)
        desk.window.closed.connect(self._ended)
        desk.window.sign_out_requested.connect(
            lambda: self._leave_desk("", SignOut(central, session.store)),
        )
        desk.window.lock_requested.connect(lambda: self._leave_desk(session.officer.username))
        desk.window.sign_in_requested.connect(lambda: self._leave_desk(session.officer.username))
        self.desk = desk
        desk.start()
        if self.sign_in_view is not None:
            self.sign_in_view.close()
            self.sign_in_view = None

    def _leave_desk(self, username: str, sign_out: SignOut | None = None) -> None:
        """Go back to the sign-in window, unless the officer wants to stay; with ``sign_out`` the session ends, too."""
        desk = self.desk
        if desk is None or not desk.review_view.may_leave():
            return
        self.show_sign_in(username)
        self.desk = None
        self._take_down(desk, sign_out)

    def _take_down(self, desk: Desk, sign_out: SignOut | None = None) -> None:
        self._left[desk.leave(sign_out)] = desk
        self._watch.start()

    def _let_go(self) -> None:
        """Let go of the desks that are closed; here, for Qt's objects have to end on the thread of the window."""
        for closing in [closing for closing in self._left if closing.over()]:
            self._left.pop(closing).window.deleteLater()
            # Views and models name each other; the key and the citizens' rows are not to wait for the collector's turn.
            QTimer.singleShot(RELEASE_MILLISECONDS, memory.release)
        if not self._left:
            self._watch.stop()

    def _await_closing(self, folder: Path) -> None:
        """Wait, on the thread of a sign-in, for the desk that was left in this folder."""
        for closing in tuple(self._left):
            if closing.folder == folder:
                closing.closed(REOPEN_SECONDS)


def prepare(config: Config) -> QApplication:
    """Return the one QApplication, dressed, with its log file.

    Raises:
        OSError: the data folder cannot be made.
    """
    faulthandler.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    logs.start(config.data / "log")
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("officer-console")
    application.setQuitOnLastWindowClosed(True)
    application.installTranslator(translator(application))
    theme.apply(application, dark=config.dark)
    return application


def run_program(config: Config, demo_accounts: tuple[DemoAccount, ...] = ()) -> int:
    """Run the program until its last window is closed and return the exit code."""
    application = prepare(config)
    program = Program(config, demo_accounts)
    QTimer.singleShot(0, program.show_sign_in)
    code = application.exec()
    program.close()
    return code
