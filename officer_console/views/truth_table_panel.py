"""The truth table with what stands below it: what is being read, what could not be, what has to be installed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from officer_console.domain.agreement import Cell, Field
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.evidence import CardEvidence, Pin, TruthRow
from officer_console.domain.reference import Reference
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.views import messages
from officer_console.views import truth_table_words as said
from officer_console.views.plain import PlainLabel, named
from officer_console.views.theme import Role, Space
from officer_console.views.truth_table import Shown, TruthTable
from officer_console.views.truth_table_marks import differing


class TruthPanel(QWidget):
    """Shows the truth table of a :class:`ReviewViewModel`. ``pin_opened`` carries where a cell was read."""

    pin_opened = Signal(object)

    def __init__(self, model: ReviewViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("truthPanel")
        self.table = TruthTable()
        self.table.pin_opened.connect(self.pin_opened)
        self._told = PlainLabel(role=Role.SECONDARY, name="truthTold", wrap=True)
        self._lines = _button("readLines", said.READ_LINES)
        self._lines.clicked.connect(self._on_lines)
        self._again = _button("readAgain", said.READ_AGAIN)
        self._again.clicked.connect(model.evidence.again)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self._told, 1)
        for button in (self._lines, self._again):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.XS, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    @property
    def told(self) -> str:
        """What stands below the table."""
        return self._told.text()

    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        # An address may fill many lines; below it nothing is pushed out of sight.
        found, rows = model.cards, sorted(model.truth, key=lambda row: row.field is Field.ADDRESS)
        heads = self._heads(found)
        self.table.fill(heads, [self._row(row, found, heads) for row in rows])
        self._told.setText(self._sentence())
        self._lines.setVisible(model.evidence.missing is not None)
        self._again.setVisible(model.evidence.failed is not None and not model.evidence.reading)

    def _heads(self, found: tuple[CardEvidence, ...]) -> list[str]:
        kinds = {slot.sha256: slot.kind for slot in self._model.pictures.slots}
        cards = [said.card_title(one, _side(one, kinds)) for one in found] or [said.NO_CARD]
        dossier = self._model.dossier
        before = [said.PREVIOUS] if dossier is not None and dossier.previous is not None else []
        # A source nobody has asked takes no room from those that said something; the sentence below tells of it.
        asked = [said.REGISTRY] if self._model.registry is not None else []
        return [said.FIELD, said.DECLARED, *cards, *asked, *before]

    def _row(self, row: TruthRow, found: tuple[CardEvidence, ...], heads: list[str]) -> list[Shown]:
        label = said.FIELDS[row.field]
        reference = self._model.reference
        declared = said.shown(reference, row.field, row.declared)
        pins: list[Pin | None] = [one.pin for one in found] or [None]
        asked = [row.registry] if self._model.registry is not None else []
        cells = [*(row.cards or (None,)), *asked, row.previous][: len(heads) - 2]
        shown = [
            _cell(row, cell, reference, f"{label}, {head}", pin)
            for cell, head, pin in zip(cells, heads[2:], [*pins, None, None], strict=False)
        ]
        return [
            Shown(text=label, said=label, role=Role.MUTED),
            Shown(text=declared, said=f"{label}, {heads[1]}: {declared}", role=Role.STRONG),
            *shown,
        ]

    def _sentence(self) -> str:
        model, evidence = self._model, self._model.evidence
        if evidence.explained and evidence.missing is not None:
            return said.MISSING[evidence.missing]
        parts = []
        if evidence.reading:
            parts.append(said.READING)
        elif evidence.failed is not None:
            told = messages.tell(evidence.failed.code, evidence.failed.data, model.reference)
            parts.append(said.UNREADABLE.format(why=told.title))
        elif not evidence.evidence:
            parts.append(said.NO_CODE if evidence.pictures else said.NO_PICTURE)
        if model.guardian_card:
            parts.append(said.GUARDIAN)
        if model.registry is None:
            parts.append(said.NOT_ASKED)
        if any(one.pin is not None for one in model.cards):
            parts.append(said.TO_PICTURE)
        return " ".join(parts)

    def _on_lines(self) -> None:
        self._model.evidence.ask_lines()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.told))


def _side(found: CardEvidence, kinds: dict[str | None, AttachmentKind]) -> AttachmentKind | None:
    return kinds.get(found.pin.sha256) if found.pin is not None else None


def _cell(row: TruthRow, cell: Cell | None, reference: Reference, place: str, pin: Pin | None) -> Shown:
    if cell is None:
        return Shown(text="", said=f"{place}: {said.SILENT}", role=Role.MUTED)
    text = said.shown(reference, row.field, cell.text)
    sign, word, kind = said.verdict(cell, row.declared)
    declared = said.shown(reference, row.field, row.declared)
    return Shown(
        text=text,
        said=f"{place}: {text}. {word}",
        marks=differing(row.field, declared, text, cell),
        sign=sign,
        word=word,
        kind=kind,
        pin=pin if cell.text else None,
    )


def _button(name: str, label: str) -> QPushButton:
    button = QPushButton(label)
    named(button, name, label)
    button.hide()
    return button
