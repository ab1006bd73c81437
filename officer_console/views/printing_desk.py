"""Joins printing with the window: *In…* on a dossier and on the list, and on the banner of an outcome."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from officer_console.domain.dossier import Dossier
from officer_console.domain.papers import Paper, fitting
from officer_console.domain.search import Criteria
from officer_console.services.made_paper import Made
from officer_console.services.print_runs import Wanted
from officer_console.viewmodels.form_faults import FormFaults
from officer_console.viewmodels.print_run import PrintRunViewModel
from officer_console.viewmodels.printing import PrintingViewModel
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.views import printing_words as said
from officer_console.views.banner import Banner
from officer_console.views.filter_line import filter_text
from officer_console.views.plain import named, plain_tip
from officer_console.views.print_dialog import PrintDialog
from officer_console.views.print_run_dialog import PrintRunDialog
from officer_console.views.queue import QueueView
from officer_console.views.review import ReviewView
from officer_console.views.theme import Kind

PRINT = "In…"


class PrintingDesk(QObject):
    """*In…* (Ctrl+P). No printer is asked for before a dialog is opened."""

    def __init__(
        self,
        window: QWidget,
        review: tuple[ReviewView, ReviewViewModel],
        queue: tuple[QueueView, QueueViewModel],
        model: PrintingViewModel,
        run: PrintRunViewModel,
        queue_list: Callable[[Criteria, str], Made],
        day_sheet: Callable[[], Made],
    ) -> None:
        """``queue_list`` and ``day_sheet`` make those papers and may be slow."""
        super().__init__(window)
        self._review_view, self._review = review
        self._queue_view, self._queue = queue
        self._model = model
        self._run = run
        self._queue_list = queue_list
        self._day_sheet = day_sheet
        self.dialog = PrintDialog(model, window)
        self.run_dialog = PrintRunDialog(run, window)
        self.button = _button("printDossier", "In giấy tờ của hồ sơ này (Ctrl+P)")
        self._menu = _menu(self.button, "printMenu")
        self._menu.aboutToShow.connect(self._fill)
        self._review_view.header.add_tool(self.button)
        self._review_view.outcome.prints = True
        self._review_view.outcome.acted.connect(self.print_dossier)
        self._review.changed.connect(self._follow)
        self._queue_view.add_tool(self._list_button())
        self.rest = Banner("printRest")
        self.rest.acted.connect(self._go_on)
        self.rest.helped.connect(run.rest.drop)
        self._queue_view.add_notice(self.rest)
        run.rest.changed.connect(self._show_rest)
        self.broken = Banner("formsBroken")
        self._queue_view.add_notice(self.broken)
        self._forms: FormFaults | None = None
        self.run_dialog.finished.connect(run.rest.look)
        self._queue_view.table.print_requested.connect(self.print_run)
        for page, done in ((self._review_view, self.print_dossier), (self._queue_view, self.print_here)):
            shortcut = QShortcut(QKeySequence("Ctrl+P"), page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(done)
        self._follow()

    def check(self, forms: FormFaults) -> None:
        """Have the deployment's forms read when work begins, and say above the list what is wrong with them."""
        self._forms = forms
        forms.found.connect(lambda: self.broken.show_sentence(said.forms_broken(forms.faults), Kind.WARN))

    def start(self) -> None:
        """See whether a stack was left unfinished, and whether the forms hold."""
        self._run.rest.look()
        if self._forms is not None:
            self._forms.look()

    def stop(self) -> None:
        """Close the dialogs without asking; what is with the printer stays with it."""
        self.dialog.done(0)
        self.run_dialog.done(0)

    @Slot()
    def print_dossier(self) -> None:
        """Show the paper most likely wanted of the open dossier."""
        self._show(None)

    @Slot()
    def print_here(self) -> None:
        """Ctrl+P on the list: a paper for the dossiers chosen, when there are several; else the list itself."""
        if self._queue.choice.several:
            self.print_run()
        else:
            self.print_list()

    @Slot()
    def print_list(self) -> None:
        """*In danh sách*: the list as it is searched for."""
        criteria = self._queue.criteria
        condition = filter_text(criteria, self._queue.reference)
        self._model.open_list(Paper.QUEUE_LIST, lambda: self._queue_list(criteria, condition))
        self.dialog.begin()

    @Slot()
    def print_run(self) -> None:
        """*In hàng loạt*: one paper for the dossiers chosen in the list, with none or one for all it finds."""
        if self._queue.choice.several:
            self._queue.choice.with_ids(self._begin_run)
        else:
            self._begin_run(self._queue.criteria)

    def _begin_run(self, wanted: Wanted) -> None:
        self._run.open(wanted)
        self.rest.clear()
        self.run_dialog.begin()

    @Slot()
    def _go_on(self) -> None:
        """Ask about the stack that was left; nothing is printed before the officer has answered."""
        self._begin_run(self._queue.criteria)

    @Slot()
    def _show_rest(self) -> None:
        rest = self._run.rest
        if rest.run is None or self.run_dialog.isVisible():
            self.rest.clear()
            return
        line, meaning, word = said.rest(rest.run, rest.unsure)
        self.rest.show_result(Kind.INFO, line, meaning, action=word, more=said.DROP)

    @Slot()
    def print_day(self) -> None:
        """*Phiếu làm việc trong ngày*."""
        self._model.open_list(Paper.DAY_SHEET, self._day_sheet)
        self.dialog.begin()

    def _show(self, chosen: Paper | None) -> None:
        dossier = self._review.dossier
        if dossier is None:
            return
        self._model.open(dossier.id, dossier.number, _papers(dossier), chosen)
        self.dialog.begin()

    @Slot()
    def _fill(self) -> None:
        dossier = self._review.dossier
        self._menu.clear()
        for paper in _papers(dossier) if dossier is not None else ():
            action = self._menu.addAction(said.title(paper))
            action.setObjectName(f"print_{paper.value}")
            action.triggered.connect(lambda _on=False, paper=paper: self._show(paper))

    @Slot()
    def _follow(self) -> None:
        self.button.setEnabled(self._review.dossier is not None)

    def _list_button(self) -> QPushButton:
        button = _button("printList", "In danh sách (Ctrl+P), in hàng loạt, phiếu làm việc trong ngày")
        menu = _menu(button, "printListMenu")
        menu.aboutToShow.connect(lambda: self._name_run(menu))
        for name, text, done in (
            ("printQueue", "In &danh sách", self.print_list),
            ("printRunAction", said.run_action(0), self.print_run),
            ("printDay", "&Phiếu làm việc trong ngày", self.print_day),
        ):
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(done)
        return button

    def _name_run(self, menu: QMenu) -> None:
        choice = self._queue.choice
        for action in menu.actions():
            if action.objectName() == "printRunAction":
                action.setText(said.run_action(choice.count if choice.several else 0))


def _papers(dossier: Dossier) -> tuple[Paper, ...]:
    return fitting(dossier.kind, dossier.status, handed_in=dossier.handed_in_at is not None)


def _button(name: str, tip: str) -> QPushButton:
    button = QPushButton(PRINT)
    named(button, name, PRINT)
    button.setToolTip(plain_tip(tip))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _menu(button: QPushButton, name: str) -> QMenu:
    menu = QMenu(button)
    menu.setObjectName(name)
    button.setMenu(menu)
    return menu
