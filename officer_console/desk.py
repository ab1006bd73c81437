"""Everything that belongs to one signed-in officer: built, joined, and taken down again."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject

from officer_console.background.camera_thread import CameraThread
from officer_console.background.closing import Closing
from officer_console.background.courtesy import Courtesy
from officer_console.background.jobs import JobRunner
from officer_console.background.news import News
from officer_console.background.scanners import Scanners
from officer_console.background.senders import Senders
from officer_console.background.sync_thread import SyncThread
from officer_console.central.client import CentralClient
from officer_console.config import Config, profile_paths, signing_paths
from officer_console.desk_printing import printing_desk, stationery_of
from officer_console.devices.desk import ScanDesk, start_hosts
from officer_console.devices.profiles import Profiles
from officer_console.ids import uuid7
from officer_console.imaging.gate import Gate
from officer_console.services.attention import Attention
from officer_console.services.capture import Capture
from officer_console.services.decide import Decide
from officer_console.services.drafts import DraftKeeping
from officer_console.services.evidence import Evidence
from officer_console.services.filing import Filing
from officer_console.services.form_codes import FormCodes
from officer_console.services.lookup import Lookup
from officer_console.services.notice_archive import NoticeArchive
from officer_console.services.notice_refusals import NoticeRefusals
from officer_console.services.outgoing import Outgoing
from officer_console.services.photo_desk import PhotoDesk
from officer_console.services.queue import Queue
from officer_console.services.review import Review
from officer_console.services.sign_documents import sign_documents
from officer_console.services.sign_in import Reconnect, Session, SignOut
from officer_console.sync.clock import CentralClock
from officer_console.sync.engine import SyncEngine
from officer_console.sync.online import Online
from officer_console.sync.report import Change
from officer_console.viewmodels.attention import AttentionViewModel
from officer_console.viewmodels.camera import CameraViewModel
from officer_console.viewmodels.notice_refusals import NoticeRefusalsViewModel
from officer_console.viewmodels.outgoing import OutgoingViewModel
from officer_console.viewmodels.photo_desk import PhotoDeskViewModel
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.quick_box import QuickBoxViewModel
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views import device_page, words
from officer_console.views.attention import AttentionView
from officer_console.views.camera_source import CameraSource
from officer_console.views.capture_desk import CaptureDesk, painted
from officer_console.views.filing_desk import FilingDesk
from officer_console.views.notice_refusals import NoticeRefusalsView
from officer_console.views.outgoing import OutgoingView
from officer_console.views.photo_desk import PhotoDeskView
from officer_console.views.picture_image import decode
from officer_console.views.queue import QueueView
from officer_console.views.quick_box import QuickBoxView
from officer_console.views.review import ReviewView
from officer_console.views.shell import ATTENTION, WAITING, ShellView

_TITLES = {"waiting": WAITING, "attention": ATTENTION, "devices": device_page.TITLE}
# A scan, a list of devices that hangs beside it, and the profiles nevertheless.
DEVICE_THREADS = 3
# A token that does not answer, and another one.
SIGNING_THREADS = 2


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
        self.device_jobs = JobRunner(DEVICE_THREADS, working=courtesy.working)
        self.printer_jobs = JobRunner(1, working=courtesy.working)
        self.signing_jobs = JobRunner(SIGNING_THREADS, working=courtesy.working)
        self.signing = sign_documents(*(config.signing or signing_paths()), clock=now)
        self.scanners = Scanners(lambda: ScanDesk(start_hosts(config.data), Profiles(*profile_paths())))
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
            officer, self.news, clock=clock, central_ahead=lambda: clock.ahead, office_name=office
        )
        self.queue_model = QueueViewModel(
            queue, self.jobs, self.news, reference=queue.reference, clock=clock, working=courtesy.working
        )
        drafts = DraftKeeping(store, clock=clock)
        self.review_model = ReviewViewModel(
            review,
            decide,
            drafts,
            officer,
            self.jobs,
            self.news,
            decode,
            clock,
            calls=self.calls,
            evidence=Evidence(store, online, gate, clock=clock),
        )
        capture = Capture(store, officer, gate, clock=clock, new_id=new_id)
        photo_desk = PhotoDesk(store, online, gate, capture)
        self.photo_model = PhotoDeskViewModel(self.review_model.pictures, capture, photo_desk, painted, self.calls)
        sync = self.sync
        outgoing = Outgoing(store, wake=sync.now, rests=lambda: sync.rests, rest=lambda: sync.rest)
        self.waiting_model = OutgoingViewModel(outgoing, self.jobs, self.news, clock=now)
        self.attention_model = AttentionViewModel(Attention(store), decide, self.jobs, self.news)
        self.window = ShellView(self.shell_model)
        self.queue_view = QueueView(self.queue_model)
        self.review_view = ReviewView(self.review_model)
        self.waiting_view = OutgoingView(self.waiting_model, lambda: self.queue_model.reference)
        self.attention_view = AttentionView(self.attention_model)
        self.photo_desk = PhotoDeskView(self.photo_model, lambda: self.queue_model.reference, self.window)
        self.review_view.pictures.use_desk(self.photo_model)
        self.review_view.pictures.desk_wanted.connect(self.photo_desk.begin)
        self.review_view.pictures.file_wanted.connect(self.photo_desk.begin_with_file)
        self.window.add_page("queue", self.queue_view)
        self.window.add_page("review", self.review_view)
        self.window.add_page("waiting", self.waiting_view)
        self.window.add_page("attention", self.attention_view)
        self.capture_desk = CaptureDesk(
            self.window, self.review_view, capture, self.scanners.desk, gate, self.jobs, self.device_jobs, now
        )
        CameraSource(CameraViewModel(CameraThread, self.jobs, self.window), self.capture_desk.dialog)
        self._came_from = ("queue", "")
        self.form_codes = FormCodes(store, officer)
        stationery = stationery_of()
        editions = stationery.editions
        lookup = Lookup(store, clock=clock, ring=self.form_codes.ring, editions=editions)
        filing = Filing(
            store, officer, capture, gate, self.form_codes, lookup, clock=clock, wake=self.sync.now, editions=editions
        )
        self.filing_desk = FilingDesk(
            self.window, filing, self.scanners.desk, self.jobs, self.device_jobs, now, self.news
        )
        self.printing = printing_desk(
            self.window,
            (self.review_view, self.review_model),
            (self.queue_view, self.queue_model),
            store=store,
            officer=officer,
            searches=queue,
            stationery=stationery,
            form_code=self.form_codes.page_code,
            jobs=self.jobs,
            printer_jobs=self.printer_jobs,
            signing=self.signing,
            signing_jobs=self.signing_jobs,
            archive=NoticeArchive(store, online.notice, gate.pages, self.signing.signer_of, wake=self.sync.wake),
            clock=now,
            folder=config.print_folder,
            counter=config.desk,
        )
        refusals = NoticeRefusals(store, officer, clock=now)
        self.refusals_model = NoticeRefusalsViewModel(refusals, self.jobs, self.news, self)
        NoticeRefusalsView(self.refusals_model, self.queue_view, self.open_dossier)
        quick_model = QuickBoxViewModel(lookup, self.jobs, self.review_model)
        self.quick_view = QuickBoxView(quick_model, self.window, lambda: self.queue_model.reference, config.reader)
        for view in (self.queue_view, self.waiting_view, self.attention_view, self.quick_view):
            view.open_requested.connect(self.open_dossier)
        self.attention_view.again_requested.connect(lambda found: self.open_dossier(found, judge_again=True))
        self.review_view.closed.connect(self._back)
        self.review_view.next_requested.connect(self._next)
        self.window.quick_search.connect(self.queue_view.search)
        self.window.sync_requested.connect(self.sync.now)

    def start(self) -> None:
        """Show the window and begin to work."""
        self.window.show_page("queue")
        self.queue_model.start()
        self.window.show()
        self.printing.start()
        self.refusals_model.look()
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
        self.quick_view.stop()
        self.capture_desk.stop()
        self.filing_desk.stop()
        self.printing.stop()
        # Whoever signs is told so at once, and the token is logged out with its worker.
        self.signing.close()
        self.scanners.cancel()
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
        last = (*last, self.scanners.close, self.device_jobs.end)
        runners = (self.jobs.end, self.printer_jobs.end, self.signing_jobs.end)
        ends = (*runners, partial(self.sync.stop, None), self.senders.shutdown, self.calls.end, store.close)
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
