"""*In giấy tờ*: the paper's pages as they will come out, the printer, copies and pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from officer_console.devices.printers import COPIES_LIMIT
from officer_console.documents.raster import Drawn
from officer_console.domain.papers import Paper
from officer_console.viewmodels.printing import Done, PrintingViewModel
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import controls, icons, messages, signing_words, theme
from officer_console.views import printing_words as said
from officer_console.views.banner import Banner
from officer_console.views.busy import BusyBar
from officer_console.views.file_choice import choose_target
from officer_console.views.number_field import NumberField
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.picture_image import Picture, of_pixels
from officer_console.views.plain import PlainLabel, named, on_screen, panel, set_property
from officer_console.views.theme import Kind, Role, Space

USUAL = QSize(1180, 690)
SIDE_WIDTH = 300


def painted(drawn: Drawn) -> Picture:
    """Return what the view paints of a drawn page; runs as a job."""
    return of_pixels(drawn.width, drawn.height, drawn.rgb)


class PrintDialog(QDialog):
    """Shows a :class:`PrintingViewModel`; when it is closed the paper is gone.

    ``sign_wanted``: the notice that is shown is to be signed.
    """

    sign_wanted = Signal()

    def __init__(self, model: PrintingViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._failed: Failure | None = None
        self._done: Done | None = None
        named(self, "printDialog", said.TITLE)
        self.setWindowTitle(said.TITLE)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(on_screen(self, USUAL))
        self.banner = Banner("printBanner")
        self._busy = BusyBar("printBusy", said.MAKING)
        self.canvas = PictureCanvas("printPage", "Trang giấy như sẽ in ra")
        self._papers = QButtonGroup(self)
        self._buttons: dict[Paper, QPushButton] = {}
        self._make_tools()
        self._make_side()
        self._lay_out()
        self._connect()
        self.refresh()

    def _make_tools(self) -> None:
        self._number = PlainLabel(role=Role.SECTION, name="printNumber")
        self._count = PlainLabel(role=Role.SECONDARY, name="printCount")
        self.back = controls.button("printBack", "Trang t&rước", lambda: self._model.turn(-1))
        self.onward = controls.button("printOnward", "Trang &sau", lambda: self._model.turn(1))
        self.back.setToolTip("Trang trước (PgUp)")
        self.onward.setToolTip("Trang sau (PgDn)")
        self.smaller = controls.button("printSmaller", "Nhỏ hơn", self.canvas.zoom_out)
        self.larger = controls.button("printLarger", "To hơn", self.canvas.zoom_in)
        self.whole = controls.button("printWhole", "Vừa trang", self.canvas.fit)
        self.smaller.setToolTip("Nhỏ hơn (-)")
        self.larger.setToolTip("To hơn (+)")
        self.whole.setToolTip("Vừa trang (0)")
        for tool in (self.back, self.onward, self.smaller, self.larger, self.whole):
            tool.setProperty("kind", "compact")
        chosen = theme.tokens(self)
        for tool, icon in ((self.smaller, "zoom-out"), (self.larger, "zoom-in"), (self.whole, "fit")):
            icons.dress(tool, icon, colour=chosen.text)

    def _make_side(self) -> None:
        self.printer = QComboBox()
        named(self.printer, "printPrinter", "Máy in")
        self.printer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.again = controls.button("printAgain", "&Tìm lại", self._model.look_again)
        self.again.setToolTip("Tìm lại máy in (F5)")
        self._state = PlainLabel(role=Role.SECONDARY, name="printState", wrap=True)
        self.copies = controls.count("printCopies", "Số bản", COPIES_LIMIT)
        self.pages = controls.line("printPages", "Trang", "Tất cả, hoặc 1-3, 5")
        self.document = NumberField()
        self._times = PlainLabel(role=Role.SECONDARY, name="printTimes", wrap=True)
        self._signed = PlainLabel(role=Role.SECONDARY, name="printSigned", wrap=True)
        self.sign_button = controls.button("printSign", signing_words.SIGN, self._on_sign)
        self.sign_button.setToolTip(signing_words.SIGN_TIP)
        self.print_button = controls.button("printNow", "&In (Ctrl+P)", self._on_print)
        self.print_button.setProperty("kind", "primary")
        self.save_button = controls.button("printSave", "&Lưu PDF…", self._on_save)
        self.save_button.setToolTip("Lưu thành tệp PDF không mã hóa (Ctrl+S)")
        self.close_button = controls.button("printClose", "Đón&g (Esc)", self.close)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._number)
        head.addStretch(1)
        for part in (self.back, self._count, self.onward):
            head.addWidget(part)
        head.addSpacing(Space.L)
        for part in (self.smaller, self.larger, self.whole):
            head.addWidget(part)
        left = QVBoxLayout()
        left.setSpacing(Space.S)
        left.addLayout(head)
        left.addWidget(self._busy)
        left.addWidget(self.canvas, 1)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addLayout(left, 1)
        body.addWidget(self._side())
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(self.banner)
        column.addLayout(body, 1)

    def _side(self) -> QWidget:
        side = panel("surface", name="printSide")
        side.setFixedWidth(SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(PlainLabel("Giấy tờ", Role.SECTION, name="printPapersTitle"))
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.XS)
        column.addLayout(self._list)
        column.addWidget(self.document)
        column.addSpacing(Space.S)
        column.addWidget(PlainLabel("Máy in", Role.SECTION, name="printPrinterTitle"))
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.printer, 1)
        line.addWidget(self.again)
        column.addLayout(line)
        column.addWidget(self._state)
        amounts = QGridLayout()
        amounts.setHorizontalSpacing(Space.M)
        amounts.setVerticalSpacing(Space.S)
        for row, (text, field) in enumerate((("Số bản", self.copies), ("Trang", self.pages))):
            amounts.addWidget(controls.label(text, field), row, 0)
            amounts.addWidget(field, row, 1)
        column.addLayout(amounts)
        column.addWidget(self._times)
        column.addStretch(1)
        column.addWidget(self._signed)
        for button in (self.sign_button, self.print_button, self.save_button, self.close_button):
            column.addWidget(button)
        return side

    def _connect(self) -> None:
        model = self._model
        model.changed.connect(self.refresh)
        self.printer.activated.connect(self._on_printer)
        self.copies.valueChanged.connect(model.set_copies)
        self.pages.textEdited.connect(model.set_pages)
        self.document.line.returnPressed.connect(lambda: self._numbering(self.canvas.setFocus))
        for keys, done in (
            ("Ctrl+P", self.print_button.click),
            ("Ctrl+Return", self.print_button.click),
            ("Ctrl+Enter", self.print_button.click),
            ("Ctrl+S", self.save_button.click),
            ("Ctrl+K", self.sign_button.click),
            ("F5", self.again.click),
            ("PgUp", self.back.click),
            ("PgDown", self.onward.click),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(done)

    def begin(self) -> None:
        """Open on what the view model was given, without blocking the window."""
        self.banner.clear()
        self._failed = self._done = None
        self.pages.clear()
        self.open()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self, result: int) -> None:
        """Let go of the paper, however the dialog ends."""
        self._model.end()
        super().done(result)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        self._show_papers()
        self._show_printers()
        self._show_result()
        name = said.title(model.paper) if model.paper is not None else ""
        self._number.setText(" · ".join(part for part in (name, model.number) if part))
        count = model.made.pages if model.made is not None else 0
        self._count.setText(said.page(model.page, count) if count else "")
        self.back.setEnabled(model.page > 0)
        self.onward.setEnabled(model.page + 1 < count)
        for part in (self.back, self._count, self.onward):
            part.setVisible(count > 1)
        for tool in (self.smaller, self.larger, self.whole):
            tool.setEnabled(model.picture is not None)
        self.canvas.show_picture(model.picture, said.MAKING if model.making else said.NO_PAPER)
        self._busy.set_busy(model.making or model.sending)
        self.print_button.setEnabled(model.may_print)
        self.save_button.setEnabled(model.may_save)
        self.document.show_of(model.made, making=model.making)
        self._show_signature()
        times, tone = said.times(model.made) if model.made is not None else ("", None)
        self._times.setText(times)
        self._times.set_tone(tone)
        self._times.setVisible(bool(times))
        if self.copies.value() != model.copies:
            with QSignalBlocker(self.copies):
                self.copies.setValue(model.copies)

    def _numbering(self, after: Callable[[], None]) -> bool:
        """Whether a number was typed that the notice does not have; it gets it, then ``after`` is called."""
        number = self.document.typed(self._model.made)
        if number is None:
            return False
        self._model.assign(number, after)
        return True

    def _show_signature(self) -> None:
        made = self._model.made
        text, tone = signing_words.state(made) if made is not None else ("", None)
        self._signed.setText(text)
        self._signed.set_tone(tone)
        self._signed.setVisible(bool(text))
        held = made is not None and made.held
        self.sign_button.setVisible(made is not None and made.signable)
        self.sign_button.setEnabled(self._model.may_sign)
        # What comes next is what stands out.
        set_property(self.sign_button, "kind", "primary" if held else "")
        set_property(self.print_button, "kind", "" if held else "primary")

    def _show_papers(self) -> None:
        papers = self._model.papers
        if tuple(self._buttons) != papers:
            for button in self._buttons.values():
                self._papers.removeButton(button)
                self._list.removeWidget(button)
                button.hide()
                button.deleteLater()
            self._buttons = {}
            for paper in papers:
                button = controls.button(f"paper_{paper.value}", said.title(paper), partial(self._model.choose, paper))
                button.setProperty("kind", "nav")
                button.setCheckable(True)
                self._papers.addButton(button)
                self._list.addWidget(button)
                self._buttons[paper] = button
        for paper, button in self._buttons.items():
            button.setChecked(paper is self._model.paper)

    def _show_printers(self) -> None:
        model = self._model
        names = [each.name for each in model.printers]
        if [self.printer.itemText(row) for row in range(self.printer.count())] != names:
            with QSignalBlocker(self.printer):
                self.printer.clear()
                self.printer.addItems(names)
        self.printer.setCurrentIndex(names.index(model.printer) if model.printer in names else -1)
        self.printer.setEnabled(bool(names))
        found = next((each for each in model.printers if each.name == model.printer), None)
        text, tone = said.printer(found, listing=model.listing)
        self._state.setText(text)
        self._state.set_tone(tone)
        self.again.setEnabled(not model.listing)

    def _show_result(self) -> None:
        failed, finished = self._model.failure, self._model.done
        if failed is not self._failed:
            self._failed = failed
            if failed is not None:
                self.banner.show_sentence(messages.tell(failed.code, failed.data))
            elif finished is None:
                self.banner.clear()
        if finished is not self._done:
            self._done = finished
            if finished is not None:
                self.banner.show_result(Kind.OK, *said.done(finished))
            elif failed is None:
                self.banner.clear()

    @Slot(int)
    def _on_printer(self, row: int) -> None:
        self._model.use(self.printer.itemText(row))

    @Slot()
    def _on_print(self) -> None:
        # The button is off for a while: the keyboard would go on to the next one.
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._numbering(self._model.print):
            self._model.print()

    @Slot()
    def _on_sign(self) -> None:
        if not self._model.may_sign or self._numbering(self._on_sign):
            return
        made = self._model.made
        if made is not None and made.numbered and not made.document_number:
            self._model.demand_number()
            self.document.line.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.sign_wanted.emit()

    @Slot()
    def _on_save(self) -> None:
        paper = self._model.paper
        if self._numbering(self._on_save):
            return
        if paper is not None and self._model.may_save:
            name = said.file_name(paper, self._model.number)
            choose_target(self, "Lưu PDF", Path.home() / name, said.PDF_FILTER, self._model.save)
