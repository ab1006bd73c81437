"""Both windows of papers over a real store, and the desk that signs, as the program joins them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.documents import fonts
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.papers import fitting
from officer_console.services.notice_signing import NoticeSigning
from officer_console.services.sign_documents import Choice, Settings, SignDocuments
from officer_console.signing import choice
from officer_console.signing.host import SigningHost
from officer_console.viewmodels.print_run import PrintRunViewModel
from officer_console.viewmodels.printing import PrintingViewModel
from officer_console.viewmodels.signing import SigningViewModel
from officer_console.views import printing_words
from officer_console.views.print_dialog import PrintDialog, painted
from officer_console.views.print_run_dialog import PrintRunDialog
from officer_console.views.signing import SigningDialog
from officer_console.views.signing_desk import SigningDesk
from officer_console.views.signing_sentences import mark_lines
from officer_console.views.signing_words import reason
from tests.printing.parts import Office, office
from tests.signing.authority import NOW
from tests.signing.soft_token import SoftToken

MODULE = "VNPT-CA"
PASSWORD = "Mật khẩu"
CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass(kw_only=True)
class Room:
    """Both windows of papers and the desk that signs, as the program joins them."""

    office: Office
    printing: PrintingViewModel
    dialog: PrintDialog
    run: PrintRunViewModel
    run_dialog: PrintRunDialog
    signing: SigningDesk
    service: SignDocuments
    qtbot: QtBot

    def open(self, status: Status = Status.APPROVED) -> Dossier:
        """Show the notice of the dossier in a state."""
        dossier = self.office.of(status)
        made = self.office.printing.make(fitting(dossier.kind, dossier.status)[0], dossier.id)
        if made.numbered and not made.number_fixed:
            self.office.printing.assign(made, "12")
        self.printing.open(dossier.id, dossier.number, fitting(dossier.kind, dossier.status))
        self.dialog.begin()
        self.ready()
        return dossier

    def ready(self) -> None:
        model = self.printing
        self.qtbot.waitUntil(lambda: not (model.making or model.listing or model.sending))

    @property
    def pdf(self) -> bytes:
        """What the preview shows."""
        assert self.printing.made is not None
        return self.printing.made.pdf

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        front: QWidget = self.signing.dialog or self.dialog
        QTest.keyClick(front.focusWidget() or front, key, modifier)

    def asked(self) -> SigningDialog:
        """Return the dialog *Ký số* once it has listed what there is."""
        dialog = self.signing.dialog
        assert dialog is not None
        self.qtbot.waitUntil(lambda: not dialog.findChild(SigningViewModel).listing)  # type: ignore[union-attr]
        return dialog

    def enter(self, secret: str) -> None:
        """Type a PIN and press Enter; wait until that is through."""
        dialog = self.asked()
        model = dialog.findChild(SigningViewModel)
        assert model is not None
        dialog.pin.line.setText(secret)
        with self.qtbot.waitSignal(model.changed, check_params_cb=lambda: not model.signing):
            QTest.keyClick(dialog.pin.line, Qt.Key.Key_Return)
            assert model.signing

    def said(self, name: str) -> str:
        label = self.dialog.findChild(QLabel, name)
        assert label is not None
        return label.text() if label.isVisible() else ""


Rooms = Callable[..., Room]


@pytest.fixture
def rooms(qtbot: QtBot, tmp_path: Path) -> Iterator[Rooms]:
    """Return what makes a room over settings of signing."""
    jobs, printer_jobs, signing_jobs = JobRunner(2), JobRunner(1), JobRunner(2)
    made: list[Room] = []

    def make(
        settings: Settings,
        *,
        token: SoftToken | None = None,
        last: Path | None = None,
        dossiers: tuple[Dossier, ...] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Room:
        host = SigningHost(lambda: settings, clock=clock, environment=token.environment if token is not None else None)
        service = SignDocuments(host, tmp_path / "signing.json", clock=lambda: NOW)
        if last is not None:
            choice.save(tmp_path / "signing.json", Choice(file=str(last)))
        desk = office(tmp_path, dossiers, signing=service.settings, title=printing_words.title)
        notices = NoticeSigning(desk.printing, fonts.load, mark_lines, reason)
        printing = PrintingViewModel(desk.printing, desk.choices, painted, printing_words.title, jobs, printer_jobs)
        run = PrintRunViewModel(desk.runs, desk.printing, desk.choices, printer_jobs)
        dialog, run_dialog = PrintDialog(printing), PrintRunDialog(run)
        room = Room(
            office=desk,
            printing=printing,
            dialog=dialog,
            run=run,
            run_dialog=run_dialog,
            signing=SigningDesk(
                (dialog, printing),
                (run_dialog, run),
                notices.one,
                lambda wanted, paper, first: notices.many(paper, desk.runs.unsigned(wanted, paper), first),
                lambda batch, keep: SigningViewModel(service, batch, keep, signing_jobs, clock=clock),
            ),
            service=service,
            qtbot=qtbot,
        )
        for window in (dialog, run_dialog):
            qtbot.addWidget(window)
        made.append(room)
        return room

    yield make
    for room in made:
        room.dialog.done(0)
        room.run_dialog.done(0)
        room.service.close()
    for runner in (jobs, printer_jobs, signing_jobs):
        runner.end()
    for room in made:
        room.office.store.close()
