"""Joins signing with the windows of papers: the notice that is looked at, and the notices of a stack."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from officer_console.domain.papers import Paper
from officer_console.services.made_paper import Made
from officer_console.services.print_runs import Wanted
from officer_console.services.sign_documents import Batch, Keep
from officer_console.viewmodels.print_run import PrintRunViewModel
from officer_console.viewmodels.printing import PrintingViewModel
from officer_console.viewmodels.signing import SigningViewModel
from officer_console.views.print_dialog import PrintDialog
from officer_console.views.print_run_dialog import PrintRunDialog
from officer_console.views.signing import SigningDialog
from officer_console.views.signing_words import ALL_SIGNED
from officer_console.views.theme import Kind

Work = tuple[Batch, Keep]


class SigningDesk(QObject):
    """*Ký số…* of both windows. It goes with the first of them."""

    def __init__(
        self,
        shown: tuple[PrintDialog, PrintingViewModel],
        stack: tuple[PrintRunDialog, PrintRunViewModel],
        one: Callable[[Made], Work],
        many: Callable[[Wanted, Paper, str], Work],
        begin: Callable[[Batch, Keep], SigningViewModel],
    ) -> None:
        """``one`` makes a batch of a notice at once, ``many`` one of a stack and its first number, which may be slow.

        ``begin`` makes what the dialog *Ký số* shows of a batch.
        """
        super().__init__(shown[0])
        self._shown, self._printing = shown
        self._stack, self._run = stack
        self._one = one
        self._many = many
        self._begin = begin
        self.dialog: SigningDialog | None = None
        self._shown.sign_wanted.connect(self.sign_shown)
        self._stack.sign_wanted.connect(self.sign_stack)
        for window in (self._shown, self._stack):
            window.finished.connect(self.stop)

    @Slot()
    def stop(self) -> None:
        """Close the dialog without asking; what is signed is kept."""
        if self.dialog is not None:
            self.dialog.done(0)

    @Slot()
    def sign_shown(self) -> None:
        """Sign the notice that is looked at; it is shown as it was signed."""
        made = self._printing.made
        if made is not None and self._printing.may_sign:
            self._sign(self._one(made), self._shown, self._printing.look_anew)

    @Slot(object, str)
    def sign_stack(self, paper: Paper, first: str) -> None:
        """Sign what is not signed yet of the stack that is about to be printed; ``first`` is the first number."""

        def found(work: Work) -> None:
            if work[0].documents:
                self._sign(work, self._stack, lambda: self._run.consider(paper))
            else:
                self._stack.banner.show_result(Kind.OK, *ALL_SIGNED)

        self._run.gather(lambda wanted: self._many(wanted, paper, first), found)

    def _sign(self, work: Work, parent: QWidget, after: Callable[[], None]) -> None:
        """Open the dialog; ``after`` is called when it has closed and something was signed."""
        if self.dialog is not None:
            return
        batch, _keep = work
        model = self._begin(*work)
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
