"""*In hàng loạt*: one paper for all dossiers of the list, how far it is, stopping, and what came out last."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from officer_console.devices.printers import COPIES_LIMIT
from officer_console.domain.papers import Paper
from officer_console.viewmodels.print_run import PrintRunViewModel
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import controls, messages, signing_words
from officer_console.views import printing_words as said
from officer_console.views.banner import Banner
from officer_console.views.busy import BusyBar
from officer_console.views.number_field import FirstNumberField
from officer_console.views.plain import PlainLabel, keep_room, named, on_screen, set_property
from officer_console.views.theme import Kind, Role, Space

USUAL = QSize(640, 420)
LEFT_HEIGHT = 96
# What is wrong with the first number of a stack.
ABOUT_FIRST = frozenset({"first-number-missing", "first-number-unfit", "number-only", "number-taken"})


class PrintRunDialog(QDialog):
    """Shows a :class:`PrintRunViewModel`. Closing it stops behind the paper under way; the stack stays.

    ``sign_wanted``: the notices of this kind (a ``Paper``) are to be signed before they are printed; those without a
    number get the one that was typed and those behind it.
    """

    sign_wanted = Signal(object, str)

    def __init__(self, model: PrintRunViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._failed: Failure | None = None
        self._turns: list[int] = []
        self._was_asked = False
        named(self, "printRun", said.RUN_TITLE)
        self.setWindowTitle(said.RUN_TITLE)
        self.resize(on_screen(self, USUAL))
        self.banner = Banner("printRunBanner")
        self._busy = BusyBar("printRunBusy", "Đang chuẩn bị")
        self._head = PlainLabel(role=Role.SECTION, name="printRunHead", wrap=True)
        self._make_choice()
        self._make_progress()
        self._lay_out()
        self._connect()
        self.refresh()

    def _make_choice(self) -> None:
        self.paper = QComboBox()
        named(self.paper, "printRunPaper", "Giấy tờ")
        self.printer = QComboBox()
        named(self.printer, "printRunPrinter", "Máy in")
        for box in (self.paper, self.printer):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.again = controls.button("printRunAgain", "&Tìm lại", self._model.look_again)
        self._state = PlainLabel(role=Role.SECONDARY, name="printRunState", wrap=True)
        self.copies = controls.count("printRunCopies", "Số bản mỗi giấy", COPIES_LIMIT)
        self.first = FirstNumberField()
        self._sign_first = PlainLabel(role=Role.SECONDARY, name="printRunSignFirst", wrap=True)
        self._sign_first.set_tone(Kind.WARN)

    def _make_progress(self) -> None:
        self._bar = QProgressBar()
        named(self._bar, "printRunProgress", "Tiến độ in")
        self._bar.setTextVisible(False)
        keep_room(self._bar)
        self._line = PlainLabel(role=Role.SECONDARY, name="printRunLine")
        self.last = QComboBox()
        named(self.last, "printRunLast", "Tờ cuối cùng đã in ra")
        self.last.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.last.setPlaceholderText(said.CHOOSE_LAST)
        self._left = QPlainTextEdit()
        named(self._left, "printRunLeft", "Hồ sơ bỏ qua")
        self._left.setReadOnly(True)
        self._left.setFixedHeight(LEFT_HEIGHT)
        self.sign = controls.button("printRunSign", signing_words.SIGN_ALL, self._on_sign)
        self.sign.setToolTip(signing_words.SIGN_ALL_TIP)
        self.start = controls.button("printRunStart", "&In", self._on_start)
        self.start.setProperty("kind", "primary")
        self.start.setDefault(True)
        self.stop = controls.button("printRunStop", "&Dừng (Esc)", self._model.stop)
        self.onward = controls.button("printRunOnward", "In &tiếp", self._on_onward)
        self.onward.setProperty("kind", "primary")
        self.drop = controls.button("printRunDrop", "&Bỏ phần còn lại", self._model.drop)
        self.close_button = controls.button("printRunClose", "Đón&g", self.close)

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.S)
        self._labels: dict[QWidget, PlainLabel] = {}
        rows: tuple[tuple[int, str, QWidget], ...]
        rows = ((0, "Giấy tờ", self.paper), (1, "Máy in", self.printer), (3, "Số bản mỗi giấy", self.copies))
        rows += ((4, signing_words.FIRST, self.first), (6, "Tờ cuối cùng đã in ra", self.last))
        for row, text, field in rows:
            self._labels[field] = controls.label(text, self.first.line if field is self.first else field)
            self._grid.addWidget(self._labels[field], row, 0)
            self._grid.addWidget(field, row, 1)
        self._grid.addWidget(self.again, 1, 2)
        self._grid.addWidget(self._state, 2, 1, 1, 2)
        self._grid.addWidget(self._sign_first, 5, 1, 1, 2)
        self._grid.setColumnStretch(1, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        for button in (self.sign, self.start, self.onward, self.drop, self.stop, self.close_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(self._busy)
        column.addWidget(self.banner)
        column.addWidget(self._head)
        column.addLayout(self._grid)
        column.addWidget(self._bar)
        column.addWidget(self._line)
        column.addWidget(self._left)
        column.addStretch(1)
        column.addLayout(foot)

    def _connect(self) -> None:
        model = self._model
        model.changed.connect(self.refresh)
        self.printer.activated.connect(lambda row: model.use(self.printer.itemText(row)))
        self.paper.activated.connect(self._on_paper)
        self.last.currentIndexChanged.connect(self._show_onward)
        shortcut = QShortcut(QKeySequence("F5"), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.again.click)

    def begin(self) -> None:
        """Open on what the view model was given, without blocking the window."""
        self.banner.clear()
        self._failed = None
        self._was_asked = False
        self.open()

    @Slot()
    def reject(self) -> None:
        """Esc: stop behind the paper under way; with none, close."""
        if self._model.running:
            self._model.stop()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Leave the stack where it is, however the dialog ends."""
        self._model.end()
        super().done(result)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model, run = self._model, self._model.run
        self._show_failure()
        self._show_choice()
        asked, running = model.asked, model.running
        self._show_last(asked=asked)
        choosing = run is None
        for field in (self.paper, self.copies):
            field.setVisible(choosing and bool(model.papers))
            self._labels[field].setVisible(choosing and bool(model.papers))
        self.last.setVisible(asked)
        self._labels[self.last].setVisible(asked)
        self.again.setEnabled(not running)
        self.printer.setEnabled(bool(model.printers) and not running)
        self.sign.setVisible(model.signs and (choosing or (asked and run is not None and run.unsigned > 0)))
        self._show_sign()
        self.start.setVisible(choosing)
        self.start.setEnabled(model.may_print and bool(model.papers))
        self.onward.setVisible(asked)
        self.drop.setVisible(asked)
        self._show_onward()
        self.stop.setVisible(running)
        self.stop.setEnabled(not model.stopping)
        self._busy.set_busy(model.busy)
        self._bar.setVisible(run is not None)
        self._left.setPlainText(said.left_out(model.left))
        self._left.setVisible(bool(model.left))
        self._line.setText(said.progress(run, stopping=model.stopping) if run is not None else "")
        if run is not None:
            self._bar.setRange(0, max(1, run.total))
            self._bar.setValue(run.sent + run.left)
        if asked and run is not None:
            self._head.setText(said.standing(run, model.unsure, unsigned=model.unsigned))
            self.drop.setText(said.DONE if model.finished else said.GIVE_UP)
            self.drop.setAccessibleName(self.drop.text().replace("&", ""))
        elif run is not None:
            self._head.setText(said.title(Paper(run.paper)))
        else:
            self._head.setText(said.choose(model.chosen, none_fits=model.none_fits))
        if asked and not self._was_asked:
            # Enter, pressed once too often, answers nothing.
            self.last.setFocus(Qt.FocusReason.OtherFocusReason)
        self._was_asked = asked

    @Slot()
    def _show_onward(self) -> None:
        """Offer to go on where something is left behind the last paper that came out; else to be done."""
        done = self._model.finished and self.last.currentIndex() <= 0
        self.onward.setEnabled(self._model.may_print and not done and self.last.currentIndex() >= 0)
        set_property(self.onward, "kind", "" if done or self._model.to_sign_first else "primary")
        set_property(self.drop, "kind", "primary" if done else "")

    def _show_choice(self) -> None:
        model = self._model
        lines = [(said.count(paper, count), paper.value) for paper, count in model.papers.items()]
        if [self.paper.itemData(row) for row in range(self.paper.count())] != [value for _, value in lines]:
            with QSignalBlocker(self.paper):
                self.paper.clear()
                for text, value in lines:
                    self.paper.addItem(text, value)
            self._on_paper()
        names = [each.name for each in model.printers]
        if [self.printer.itemText(row) for row in range(self.printer.count())] != names:
            with QSignalBlocker(self.printer):
                self.printer.clear()
                self.printer.addItems(names)
        self.printer.setCurrentIndex(names.index(model.printer) if model.printer in names else -1)
        found = next((each for each in model.printers if each.name == model.printer), None)
        text, tone = said.printer(found, listing=not model.listed)
        self._state.setText(text)
        self._state.set_tone(tone)

    def _show_last(self, *, asked: bool) -> None:
        if not asked:
            return
        items = self._model.recent
        lines = [said.item(each) for each in items]
        turns = [each.turn or 0 for each in items]
        # Before the first of those that are offered nothing is known to have come out, or all of it.
        turns.append(max(0, turns[-1] - 1) if turns else 0)
        lines.append(said.NONE_OUT if items else said.NOTHING_SENT)
        if lines != [self.last.itemText(row) for row in range(self.last.count())]:
            self._turns = turns
            with QSignalBlocker(self.last):
                self.last.clear()
                self.last.addItems(lines)
                # Whoever takes the unsure one for printed, or for lost, has looked.
                self.last.setCurrentIndex(-1 if self._model.unsure is not None else 0)

    def _show_failure(self) -> None:
        failed = self._model.failure
        if failed is self._failed:
            return
        self._failed = failed
        if failed is None:
            self.banner.clear()
        else:
            self.banner.show_sentence(messages.tell(failed.code, failed.data))
            if failed.code in ABOUT_FIRST and self.first.isVisible():
                self.first.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_sign(self) -> None:
        """What is to be pressed next stands out: *Ký số* while notices do not leave unsigned, else *In*."""
        model, run = self._model, self._model.run
        shown = bool(model.papers) if run is None else model.asked and run.unsigned > 0
        notices = model.notices if shown else None
        self.sign.setEnabled(self._kind is not None and notices is not None and not model.busy)
        self.first.show_of(notices)
        for part in (self.first, self._labels[self.first]):
            part.setVisible(notices is not None and notices.lacking > 0)
        first = notices is not None and model.to_sign_first
        codeless = said.codeless(model.codeless) if run is None and model.codeless else ""
        self._sign_first.setText(signing_words.sign_first(notices) if notices is not None else codeless)
        self._sign_first.setVisible(first or bool(codeless))
        set_property(self.sign, "kind", "primary" if first else "")
        set_property(self.start, "kind", "" if first else "primary")
        (self.sign if first else self.start).setDefault(True)

    @Slot()
    def _on_sign(self) -> None:
        kind = self._kind
        if kind is not None:
            self.banner.clear()
            self.sign_wanted.emit(kind, self.first.text if self.first.isVisible() else "")

    @property
    def _kind(self) -> Paper | None:
        """The paper of the stack, or the one that is chosen."""
        value = self.paper.currentData() if self._model.run is None else self._model.run.paper
        return Paper(value) if value is not None else None

    @Slot()
    def _on_paper(self) -> None:
        value = self.paper.currentData()
        if value is not None:
            self.copies.setValue(self._model.copies_of(Paper(value)))
            self._model.consider(Paper(value))
        self._show_sign()

    @Slot()
    def _on_start(self) -> None:
        value = self.paper.currentData()
        if value is not None:
            self._model.start(Paper(value), self.copies.value())

    @Slot()
    def _on_onward(self) -> None:
        row = self.last.currentIndex()
        if 0 <= row < len(self._turns):
            self._model.go_on_after(self._turns[row])
