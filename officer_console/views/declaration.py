"""The declared data, dense and copyable: two columns of fields, or old beside new for a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from officer_console.domain.checks import Finding, Level
from officer_console.domain.dossier import Dossier, DossierKind
from officer_console.domain.person import Declaration
from officer_console.domain.reference import Reference
from officer_console.views import findings as told
from officer_console.views import theme, words
from officer_console.views.findings import FIELD_LABELS
from officer_console.views.plain import PlainLabel, keep_room, named, set_property
from officer_console.views.theme import Kind, Role, Space

LABEL_WIDTH = 116


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: its name, how its text is made, whether it takes the whole width."""

    name: str
    text: Callable[[Declaration, Reference], str | None]
    wide: bool = False


FIELDS: tuple[Field, ...] = (
    Field("full_name", lambda d, _: d.full_name, wide=True),
    Field("social_code", lambda d, _: d.social_code),
    Field("phone", lambda d, _: d.phone),
    Field("birth", lambda d, _: d.birth.text()),
    Field("sex", lambda d, r: words.label(r, "sex", d.sex.value)),
    Field("paper_kind", lambda d, r: words.label(r, "paper", d.paper_kind.value) if d.paper_kind else None),
    Field("paper_number", lambda d, _: d.paper_number),
    Field("email", lambda d, _: d.email, wide=True),
    Field("address", lambda d, _: d.address.text(), wide=True),
)
GUARDIAN: tuple[Field, ...] = (
    Field("guardian.full_name", lambda d, _: d.guardian.full_name if d.guardian else None),
    Field("guardian.relation", lambda d, _: d.guardian.relation if d.guardian else None),
    Field("guardian.paper_number", lambda d, _: d.guardian.paper_number if d.guardian else None),
    Field("guardian.phone", lambda d, _: d.guardian.phone if d.guardian else None),
)


@cache
def label_width(scale: float) -> int:
    """Return the width of the labels' column: the widest of them at a text size."""
    metrics = QFontMetrics(theme.font(Role.MUTED, scale))
    return max(LABEL_WIDTH, *(metrics.horizontalAdvance(FIELD_LABELS[field.name]) for field in (*FIELDS, *GUARDIAN)))


class ValueLabel(PlainLabel):
    """A value that takes the width it is given; a word wider than that, such as a long address, is broken anywhere."""

    def __init__(self, text: str, role: Role = Role.BODY, *, name: str) -> None:
        super().__init__(text or words.NOTHING, role, name=name, wrap=True, selectable=True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        """Room for all lines."""
        return self._room(width).height() if self._breaks(width) else super().heightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw broken lines where words alone do not fit."""
        if not self._breaks(self.width()):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWrapAnywhere), self.text())
        painter.end()

    def _breaks(self, width: int) -> bool:
        metrics = self.fontMetrics()
        return any(metrics.horizontalAdvance(word) > width for word in self.text().split())

    def _room(self, width: int) -> QRect:
        return self.fontMetrics().boundingRect(QRect(0, 0, width, 1 << 16), Qt.TextFlag.TextWrapAnywhere, self.text())


class FieldView(QFrame):
    """Label, value (old value before it for a change) and what the rules found, under each other."""

    def __init__(self, name: str, text: str, old: str | None, *, compared: bool) -> None:
        super().__init__()
        self.setObjectName(f"field_{name}")
        self.text = text
        self.changed = compared and old != text
        label = PlainLabel(FIELD_LABELS[name], Role.MUTED, name=f"label_{name}")
        label.setFixedWidth(label_width(theme.scale()))
        self._value = ValueLabel(text, name=f"value_{name}")
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        if compared:
            before = ValueLabel(old or "", Role.MUTED if self.changed else Role.BODY, name=f"old_{name}")
            row.addWidget(before, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._value, 1, Qt.AlignmentFlag.AlignTop)
        if compared:
            mark = _mark(f"mark_{name}")
            row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        if self.changed or name == "full_name":
            self._value.set_role(Role.STRONG)
        self._column = QVBoxLayout(self)
        # A change has one field a row: closer together they all fit a small screen.
        above = Space.XS // 2 if compared else Space.XS
        self._column.setContentsMargins(Space.S, above, Space.S, above)
        self._column.setSpacing(0)
        self._column.addLayout(row)
        if compared and not self.changed:
            mark.hide()

    def say(self, finding: Finding, reference: Reference) -> None:
        """Add a finding under the value."""
        line = PlainLabel(told.marked(finding, reference), Role.SECONDARY, name=f"finding_{finding.code}", wrap=True)
        line.set_tone(told.KINDS[finding.level])
        line.setContentsMargins(label_width(theme.scale()) + Space.S, 0, 0, 0)
        self._column.addWidget(line)

    def mark(self, *, current: bool) -> None:
        """Show that the keyboard stands here."""
        set_property(self, "current", "true" if current else "false")


class DeclarationView(QScrollArea):
    """All fields in a scroll area. With the keyboard: arrows walk through the fields, Ctrl+C copies the value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "declaration", "Dữ liệu khai")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._fields: list[FieldView] = []
        self._at = -1
        self._shown: object = None

    @property
    def fields(self) -> tuple[FieldView, ...]:
        """The fields in reading order."""
        return tuple(self._fields)

    def show_dossier(self, dossier: Dossier, reference: Reference, findings: tuple[Finding, ...]) -> None:
        """Show the declared data with what the rules say about it."""
        shown_now = (dossier, reference, findings)
        if shown_now == self._shown:
            return
        self._shown = shown_now
        page = QWidget()
        page.setObjectName("declarationPage")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, Space.S, Space.S, Space.XS)
        column.setSpacing(Space.S)
        self._fields, self._at = [], -1
        compared = dossier.kind is DossierKind.CHANGE and dossier.previous is not None
        shown = {field.name for field in (*FIELDS, *GUARDIAN)}
        # A picture that is missing is told where the pictures are.
        shown |= {"stop_reason", "attachments"}
        rest = [finding for finding in findings if finding.field not in shown]
        for finding in rest:
            column.addWidget(self._loose(finding, reference))
        by_field: dict[str | None, list[Finding]] = {}
        for finding in findings:
            by_field.setdefault(finding.field, []).append(finding)
        column.addWidget(self._grid(dossier, FIELDS, reference, by_field, compared=compared))
        previous_guardian = dossier.previous is not None and dossier.previous.guardian is not None
        if dossier.declaration.guardian is not None or previous_guardian:
            column.addWidget(PlainLabel("Người giám hộ", Role.SECTION, name="guardianSection"))
            column.addWidget(self._grid(dossier, GUARDIAN, reference, by_field, compared=compared))
        if dossier.kind is DossierKind.STOP:
            stop = FieldView("stop_reason", dossier.stop_reason or "", None, compared=False)
            self._keep(stop, by_field.get("stop_reason", []), reference)
            column.addWidget(stop)
        column.addStretch(1)
        self.setWidget(page)
        self.updateGeometry()
        self._end_after_a_field()

    def sizeHint(self) -> QSize:
        """As high as the fields are at this width."""
        page = self.widget()
        if page is None:
            return super().sizeHint()
        width = max(self.width(), self.minimumSizeHint().width())
        return QSize(width, page.heightForWidth(width) if page.hasHeightForWidth() else page.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        self._end_after_a_field()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk and copy."""
        if event.matches(QKeySequence.StandardKey.Copy) and 0 <= self._at < len(self._fields):
            QGuiApplication.clipboard().setText(self._fields[self._at].text)
        elif event.key() == Qt.Key.Key_Down:
            self._move(1)
        elif event.key() == Qt.Key.Key_Up:
            self._move(-1)
        else:
            super().keyPressEvent(event)

    def _end_after_a_field(self) -> None:
        """Let the visible part end below a whole field: one cut in half reads as a mistake."""
        page, room = self.widget(), self.height() - 2 * self.frameWidth()
        fits = self.sizeHint().height() <= room
        # Qt asks whether all fits beside the bar that is there: broken into more lines than without it, it never would.
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        self.setVerticalScrollBarPolicy(policy)
        spare = 0
        if page is not None and not fits:
            bottoms = (field.mapTo(page, QPoint(0, field.height())).y() for field in self._fields)
            spare = room - max((bottom for bottom in bottoms if bottom <= room), default=room)
        self.setViewportMargins(0, 0, 0, spare)

    def _move(self, by: int) -> None:
        if not self._fields:
            return
        self._at = min(len(self._fields) - 1, max(0, self._at + by))
        for index, field in enumerate(self._fields):
            field.mark(current=index == self._at)
        self.ensureWidgetVisible(self._fields[self._at])

    def _loose(self, finding: Finding, reference: Reference) -> PlainLabel:
        line = PlainLabel(told.marked(finding, reference), name=f"finding_{finding.code}", wrap=True)
        line.set_tone(told.KINDS[finding.level])
        line.setContentsMargins(Space.S, 0, 0, 0)
        return line

    def _grid(
        self,
        dossier: Dossier,
        fields: tuple[Field, ...],
        reference: Reference,
        by_field: dict[str | None, list[Finding]],
        *,
        compared: bool,
    ) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(0)
        previous = dossier.previous
        if compared and fields is FIELDS:
            grid.addWidget(_compared_head(), 0, 0, 1, 2)
        row, side = 1, 0
        for field in fields:
            new = field.text(dossier.declaration, reference) or ""
            old = (field.text(previous, reference) or "") if compared and previous is not None else None
            view = FieldView(field.name, new, old, compared=compared)
            self._keep(view, by_field.get(field.name, []), reference)
            if compared or field.wide:
                row, side = row + (1 if side else 0), 0
                grid.addWidget(view, row, 0, 1, 2)
                row += 1
            else:
                grid.addWidget(view, row, side, Qt.AlignmentFlag.AlignTop)
                row, side = row + side, 1 - side
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return holder

    def _keep(self, view: FieldView, found: list[Finding], reference: Reference) -> None:
        for finding in sorted(found, key=lambda finding: finding.level is not Level.ERROR):
            view.say(finding, reference)
        self._fields.append(view)


def _compared_head() -> QWidget:
    head = QWidget()
    row = QHBoxLayout(head)
    row.setContentsMargins(Space.S, 0, Space.S, Space.XS)
    row.setSpacing(Space.S)
    blank = PlainLabel("")
    blank.setFixedWidth(label_width(theme.scale()))
    row.addWidget(blank)
    row.addWidget(PlainLabel("Thông tin cũ", Role.SECONDARY, name="oldHead"), 1)
    row.addWidget(PlainLabel("Thông tin mới", Role.SECONDARY, name="newHead"), 1)
    spare = _mark("markHead")
    spare.hide()
    row.addWidget(spare)
    return head


def _mark(name: str) -> PlainLabel:
    """Return the mark of a changed field; it keeps its place where it is hidden."""
    mark = PlainLabel("◆ Thay đổi", Role.STRONG, name=name)
    mark.set_tone(Kind.WARN)
    mark.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    keep_room(mark)
    return mark
