"""Joins the filing of signed sheets with the window: *Lưu tờ khai theo mã…* (F7) from anywhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from officer_console.viewmodels.device_ports import DeskPort
from officer_console.viewmodels.devices import DeviceLog
from officer_console.viewmodels.filing import FilingViewModel
from officer_console.viewmodels.filing_ports import FilingService
from officer_console.viewmodels.pages import Intake
from officer_console.viewmodels.ports import Clock, Jobs, NewsPort
from officer_console.views import filing_words as said
from officer_console.views.capture_desk import painted
from officer_console.views.filing_dialog import FilingDialog
from officer_console.views.shell import ShellView
from officer_console.views.theme import Kind


class FilingDesk(QObject):
    """Nothing is asked of a device before the dialog is opened."""

    def __init__(
        self,
        window: ShellView,
        filing: FilingService,
        desk: Callable[[], DeskPort],
        jobs: Jobs,
        device_jobs: Jobs,
        clock: Clock,
        news: NewsPort,
    ) -> None:
        super().__init__(window)
        log = DeviceLog(clock, self)
        intake = Intake(desk=desk, paint=painted, jobs=jobs, device_jobs=device_jobs, log=log)
        self.model = FilingViewModel(filing, intake, self)
        self.dialog = FilingDialog(self.model, window)
        self._window = window
        window.filing_requested.connect(self.dialog.begin)
        self.model.refused.connect(self._on_refused)
        news.changed.connect(self.model.look_for_refused)

    def stop(self) -> None:
        """End a scan and close the dialog without asking; waits for nothing."""
        self.dialog.done(0)

    @Slot(int)
    def _on_refused(self, count: int) -> None:
        title, text = said.REFUSED
        self._window.notice.show_result(Kind.WARN, title.format(count=count), text)
