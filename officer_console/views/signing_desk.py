"""Joins signing with the windows of papers: the notice that is looked at, and the notices of a stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from officer_console.services.printing import Made
from officer_console.services.sign_documents import Batch, Keep
from officer_console.viewmodels.printing import PrintingViewModel
from officer_console.viewmodels.signing import SigningViewModel
from officer_console.views.print_dialog import PrintDialog
from officer_console.views.signing import SigningDialog


class Notices(Protocol):
    """Makes batches of notices (``services.notice_signing.NoticeSigning``)."""

    def one(self, made: Made) -> tuple[Batch, Keep]:
        """Return a batch of the notice that is looked at; quick."""


class SigningDesk(QObject):
    """*Ký số…* of the preview. ``begin`` makes what a dialog *Ký số* shows of a batch."""

    def __init__(
        self,
        dialog: PrintDialog,
        model: PrintingViewModel,
        notices: Notices,
        begin: Callable[[Batch, Keep], SigningViewModel],
    ) -> None:
        super().__init__(dialog)
        self._print_dialog = dialog
        self._model = model
        self._notices = notices
        self._begin = begin
        self.dialog: SigningDialog | None = None
        dialog.sign_wanted.connect(self.sign_shown)
        dialog.finished.connect(self.stop)

    def stop(self) -> None:
        """Close the dialog without asking; what is signed is kept."""
        if self.dialog is not None:
            self.dialog.done(0)

    @Slot()
    def sign_shown(self) -> None:
        """Sign the notice that is looked at; it is shown as it was signed."""
        made = self._model.made
        if made is not None and self._model.may_sign:
            self.sign(*self._notices.one(made), self._print_dialog, self._model.look_anew)

    def sign(self, batch: Batch, keep: Keep, parent: QWidget, after: Callable[[], None]) -> None:
        """Open the dialog on a batch; ``after`` is called when it has closed and something was signed."""
        if self.dialog is not None:
            return
        model = self._begin(batch, keep)
        dialog = self.dialog = SigningDialog(model, parent)
        model.setParent(dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(batch.documents) == 1:
            # The notice itself shows that it is signed.
            model.finished.connect(lambda: None if batch.refused else dialog.accept())

        def closed(_result: int) -> None:
            self.dialog = None
            model.end()
            if batch.signed:
                after()

        dialog.finished.connect(closed)
        dialog.open()
        model.refresh()
