"""The composition root: builds every part, joins them, and takes them down again. The only module that knows all."""

from __future__ import annotations

import faulthandler
import logging
import random
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from officer_console import logs
from officer_console.background import memory
from officer_console.background.closing import Closing
from officer_console.background.courtesy import Courtesy
from officer_console.background.jobs import JobRunner
from officer_console.background.news import News
from officer_console.background.senders import Senders
from officer_console.background.sync_thread import SyncThread
from officer_console.central.client import CentralClient
from officer_console.central.session import CentralSession
from officer_console.config import Config
from officer_console.ids import device_id, uuid7
from officer_console.imaging.gate import Gate
from officer_console.services.attention import Attention
from officer_console.services.decide import Decide
from officer_console.services.drafts import DraftKeeping
from officer_console.services.outgoing import Outgoing
from officer_console.services.queue import Queue
from officer_console.services.review import Review
from officer_console.services.sign_in import Reconnect, Session, SignIn, SignOut
from officer_console.sync.clock import CentralClock
from officer_console.sync.engine import SyncEngine
from officer_console.sync.online import Online
from officer_console.sync.report import Change
from officer_console.viewmodels.attention import AttentionViewModel
from officer_console.viewmodels.outgoing import OutgoingViewModel
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.viewmodels.sign_in import DemoAccount, SignInViewModel
from officer_console.views import theme, words
from officer_console.views.attention import AttentionView
from officer_console.views.outgoing import OutgoingView
from officer_console.views.picture_image import decode
from officer_console.views.qt_words import translator
from officer_console.views.queue import QueueView
from officer_console.views.review import ReviewView
from officer_console.views.shell import ATTENTION, WAITING, ShellView
from officer_console.views.sign_in import SignInView

log = logging.getLogger(__name__)

# What hangs on a dead line does not keep the program from ending; what was written is in the store long before.
EXIT_SECONDS = 2.0
# Who signs in again where the last desk is not closed yet waits for it; a line that hangs may hold it up for longer,
# and two open stores beside each other are slower, not wrong.
REOPEN_SECONDS = 10.0
LOOK_MILLISECONDS = 50
_TITLES = {"waiting": WAITING, "attention": ATTENTION}
SWITCH_SECONDS = 0.001
# Until Qt has deleted the window and the last job has handed its answer in.
RELEASE_MILLISECONDS = 1000


def now() -> datetime:
    """Return the time, aware UTC: the one clock of the program."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a fresh UUIDv7."""
    return uuid7(now(), secrets.token_bytes)


class Desk(QObject):
    """Everything that belongs to one signed-in officer."""

    def __init__(
        self,
        session: Session,
        central: CentralClient,
        gate: Gate,
        config: Config,
        courtesy: Courtesy,
    ) -> None:
        super().__init__()
        officer, store = session.officer, session.store
        self.session = session
        self.news = News()
        source = random.Random(secrets.randbits(64))  # noqa: S311 - spreads retries, guards nothing
        # Whatever hangs on a bad line, the store is read and written beside it.
        self.jobs = JobRunner(working=courtesy.working)
        self.calls = JobRunner(working=courtesy.working)
        self.senders = Senders()
        self.sync = SyncThread(
            store,
            self.news,
            make_engine=lambda announce, progress: SyncEngine(
                store,
                central,
                officer.scopes,
                officer_id=officer.id,
                clock=now,
                source=source,
                announce=announce,
                progress=progress,
                pause=courtesy.pause,
                executor=self.senders,
                page_limit=config.page_limit,
            ),
            reconnect=Reconnect(central, store),
            clock=now,
            poll_seconds=config.poll_seconds,
            source=source,
        )
        # Every time that central made is compared with this one; what is below it counts its tries by the machine's.
        clock = CentralClock(now, central.server_time, session.clock_note)
        queue = Queue(store, clock=clock)
        online = Online(store, central, self._announce)
        review = Review(store, online, officer, gate, clock=clock)
        decide = Decide(
            store,
            officer,
            clock=now,
            new_id=new_id,
            recorded=self.sync.recorded,
            clock_offset=lambda: self.sync.status.clock_offset,
            central_clock=clock,
        )
        offices = {office.code: office.name for office in session.reference.offices}
        office = offices.get(officer.scopes[0], "") if len(officer.scopes) == 1 else ""
        self.shell_model = ShellViewModel(
            officer, self.news, clock=now, central_ahead=lambda: clock.ahead, office_name=office
        )
        self.queue_model = QueueViewModel(
            queue, self.jobs, self.news, reference=queue.reference, clock=clock, working=courtesy.working
        )
        drafts = DraftKeeping(store, clock=clock)
        self.review_model = ReviewViewModel(
            review, decide, drafts, officer, self.jobs, self.news, decode, clock, calls=self.calls
        )
        self.waiting_model = OutgoingViewModel(Outgoing(store, wake=self.sync.wake), self.jobs, self.news, clock=now)
        self.attention_model = AttentionViewModel(Attention(store), decide, self.jobs, self.news)
        self.window = ShellView(self.shell_model)
        self.queue_view = QueueView(self.queue_model)
        self.review_view = ReviewView(self.review_model)
        self.waiting_view = OutgoingView(self.waiting_model, lambda: self.queue_model.reference)
        self.attention_view = AttentionView(self.attention_model)
        self.window.add_page("queue", self.queue_view)
        self.window.add_page("review", self.review_view)
        self.window.add_page("waiting", self.waiting_view)
        self.window.add_page("attention", self.attention_view)
        self._came_from = ("queue", "")
        for view in (self.waiting_view, self.attention_view):
            view.open_requested.connect(self.open_dossier)
        self.attention_view.again_requested.connect(lambda found: self.open_dossier(found, judge_again=True))
        self.queue_view.open_requested.connect(self.open_dossier)
        self.review_view.closed.connect(self._back)
        self.review_view.next_requested.connect(self._next)
        self.window.quick_search.connect(self.queue_view.search)
        self.window.sync_requested.connect(self.sync.wake)

    def start(self) -> None:
        """Show the window and begin to work."""
        self.window.show_page("queue")
        self.queue_model.start()
        self.window.show()
        self.sync.start()

    def open_dossier(self, dossier_id: str, *, judge_again: bool = False) -> None:
        """Show one dossier; ``judge_again`` enters what the refused decision on it held."""
        # A page in front asks by itself when another one comes; another dossier on the same page has to be asked for.
        if self.window.page == "review" and not self.review_view.may_leave():
            return
        before = self.window.page
        if self.window.show_page("review", words.DETAIL_TITLE):
            if before != "review":
                self._came_from = (before, _TITLES.get(before, ""))
            self.review_view.open_dossier(dossier_id, judge_again=judge_again)

    def leave(self, sign_out: SignOut | None) -> Closing:
        """Take the desk down without waiting: what was entered is kept, what is under way is finished or dropped.

        With ``sign_out`` the session ends: in the store before anything is waited for, at central when all is closed.
        The store is closed as soon as the last thread has let go of it. The desk has to be held until that is over,
        and then to be let go on this thread.
        """
        self.shell_model.stop()
        self.queue_model.stop()
        self.waiting_model.set_active(False)
        self.attention_model.set_active(False)
        # What the page says to central as it is left, that the dossier is free again, comes after this.
        self.calls.forget()
        self.review_model.leave()
        self.window.hide()
        self.news.blockSignals(True)  # noqa: FBT003 - Qt takes it by position only
        self.sync.leave()
        store = self.session.store
        first, last = ((), ()) if sign_out is None else ((sign_out.mark,), (sign_out.tell,))
        ends = (self.jobs.end, partial(self.sync.stop, None), self.senders.shutdown, self.calls.end, store.close)
        return Closing((*first, *ends), last, folder=self.session.folder)

    def _announce(self, change: Change) -> None:
        self.news.changed.emit(change)

    def _next(self) -> None:
        following = self.queue_view.table.following_id()
        if following is None:
            self.window.show_page("queue")
        else:
            self.open_dossier(following)

    def _back(self) -> None:
        """Show the page the dossier was opened from."""
        self.window.show_page(*self._came_from)


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
