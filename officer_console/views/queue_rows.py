"""Paints rows of the list: plain text, coloured Tình trạng, Trạng thái as a chip, a bar on the current row."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QPolygonF, QStaticText

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import Status
from officer_console.domain.search import Row
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import PLACEHOLDER, Column
from officer_console.views import theme, words
from officer_console.views.plain import one_line
from officer_console.views.theme import Kind, Space, Tokens

_SHAPE = 9
_BAR = 3
_BYTES_KEPT = 12 * 1024 * 1024
# A picture of a text takes some 50 µs: what is new is drawn in pieces of a few milliseconds.
_MADE_AT_ONCE = 20
_TOGETHER = 2
ROOM_BESIDE = {"condition": _SHAPE + Space.S, "status": 2 * Space.S}
# Letters may reach a little beyond their advance, and two marks above a capital beyond its ascent.
_EDGE, _RISE = 1, Space.XS
_MUTED_COLUMNS = frozenset({"position", "officer", "kind", "declared", "birth"})


class Place(NamedTuple):
    """Where a column stands in the viewport."""

    column: Column
    left: int
    width: int


class _Line(NamedTuple):
    position: int
    top: int
    row: Row | None


class _Text(NamedTuple):
    picture: QPixmap
    width: int


class _Ink(NamedTuple):
    """Colours of a text and of what it stands on: on an opaque ground letters are smoothed as everywhere else."""

    front: str
    ground: str


class RowPainter:
    """Draws with the palette in force; no rich text anywhere, so a name cannot be taken for markup.

    A scroll draws hundreds of cells. Words come again in row after row, so each is drawn once and kept as a picture,
    which is put in its place in a sixth of the time; so are the shapes with round edges.
    """

    def __init__(self, model: QueueViewModel, base: QFont) -> None:
        self._model = model
        self.hovered = -1
        self._texts: dict[tuple[object, ...], _Text] = {}
        self._bytes = 0
        self._made = 0
        self._shapes: dict[Condition, QPixmap] = {}
        self._chosen = theme.LIGHT
        self._ratio = 1.0
        self._selected: AbstractSet[int] = frozenset()
        self._current = -1
        self._measure(base)

    def draw(
        self,
        painter: QPainter,
        places: Sequence[Place],
        positions: range,
        top: int,
        height: int,
        *,
        selected: AbstractSet[int],
        current: int = -1,
        chosen: Tokens,
        base: QFont,
        at_once: bool = False,
    ) -> int:
        """Draw the rows at ``positions``, each ``height`` pixels high, the first at ``top`` of the viewport.

        ``selected`` are the positions of selected rows, ``current`` that of the row with the keyboard, -1 for none;
        ``base`` is the font of the table. Return how many rows were drawn: a page of new words takes several calls,
        between which the window can do something else, unless all has to be there ``at_once``.
        """
        ratio = painter.device().devicePixelRatioF()
        if base != self._base or chosen != self._chosen or ratio != self._ratio:
            self._chosen = chosen
            self._ratio = ratio
            self._measure(base)
        self._selected = selected
        self._current = current
        if not places:
            return len(positions)
        self._made = 0
        for drawn in range(0, len(positions), _TOGETHER):
            if self._made >= _MADE_AT_ONCE and not at_once:
                return drawn
            lines = [
                _Line(position, top + height * (drawn + n), self._model.model.fetched(position))
                for n, position in enumerate(positions[drawn : drawn + _TOGETHER])
            ]
            self._draw_lines(painter, places, lines, height)
        return len(positions)

    def _draw_lines(self, painter: QPainter, places: Sequence[Place], lines: Sequence[_Line], height: int) -> None:
        self._draw_grounds(painter, places, lines, height)
        for place in places:
            if place.column.key == "status":
                self._draw_statuses(painter, place, lines, height)
            elif place.column.key == "condition":
                self._draw_conditions(painter, place, lines, height)
            else:
                self._draw_words(painter, place, lines, height)

    def _measure(self, base: QFont) -> None:
        self._base = base
        self._figures = theme.figures(base)
        self._metrics = QFontMetrics(base)
        self._figure_metrics = QFontMetrics(self._figures)
        self._texts.clear()
        self._bytes = 0
        self._shapes.clear()

    def _ground(self, position: int) -> str:
        if position in self._selected:
            return self._chosen.info_ground
        return self._chosen.hover if position == self.hovered else self._chosen.surface

    def _draw_grounds(self, painter: QPainter, places: Sequence[Place], lines: Sequence[_Line], height: int) -> None:
        left = places[0].left
        width = places[-1].left + places[-1].width - left
        under = QColor(self._chosen.window)
        for line in lines:
            painter.fillRect(QRect(left, line.top, width, height), QColor(self._ground(line.position)))
            if line.position == self._current:
                painter.fillRect(QRect(left, line.top, _BAR, height), QColor(self._chosen.accent))
            painter.fillRect(QRect(left, line.top + height - 1, width, 1), under)

    def _draw_words(self, painter: QPainter, place: Place, lines: Sequence[_Line], height: int) -> None:
        column = place.column
        left, room = place.left + Space.S, place.width - 2 * Space.S
        down = (height - self._metrics.height()) // 2
        muted = column.key in _MUTED_COLUMNS
        for line in lines:
            front = self._chosen.muted if muted or line.row is None else self._chosen.text
            text = PLACEHOLDER if line.row is None else column.text(line.row, line.position)
            shown = self._text(text, room, _Ink(front, self._ground(line.position)), figures=column.figures)
            indent = room - shown.width if column.right else 0
            painter.drawPixmap(left + indent - _EDGE, line.top + down - _RISE, shown.picture)

    def _draw_conditions(self, painter: QPainter, place: Place, lines: Sequence[_Line], height: int) -> None:
        left, room = place.left + Space.S, place.width - 2 * Space.S
        down = (height - self._metrics.height()) // 2
        for line in lines:
            if line.row is None:
                self._draw_placeholder(painter, left, line.top + down, line)
                continue
            state = self._model.condition(line.row)
            if state is None:
                continue
            colour = self._chosen.pair(words.CONDITION_KINDS[state])[0]
            shape = self._condition_shape(state, QColor(colour))
            painter.drawPixmap(left - 1, line.top + (height - 1 - _SHAPE) // 2, shape)
            beside = ROOM_BESIDE["condition"]
            label = words.label(self._model.reference, "condition", state.value)
            shown = self._text(label, room - beside, _Ink(colour, self._ground(line.position)))
            painter.drawPixmap(left + beside - _EDGE, line.top + down - _RISE, shown.picture)

    def _draw_statuses(self, painter: QPainter, place: Place, lines: Sequence[_Line], height: int) -> None:
        left, room = place.left + Space.S, place.width - 2 * Space.S
        for line in lines:
            row = line.row
            if row is None:
                self._draw_placeholder(painter, left, line.top + (height - self._metrics.height()) // 2, line)
                continue
            chip_height = self._metrics.height() + Space.XS
            top = line.top + (height - chip_height + 1) // 2
            selected = line.position in self._selected
            own = (
                self._chip(words.PENDING[row.pending], room, words.PENDING_KINDS[row.pending], selected=selected)
                if row.pending
                else None
            )
            label = words.label(self._model.reference, "status", row.status)
            left_over = room - (own.width + Space.XS if own else 0)
            chip = self._chip(label, left_over, words.STATUS_KINDS[Status(row.status)], selected=selected)
            painter.drawPixmap(left, top, chip.picture)
            if own:
                painter.drawPixmap(left + chip.width + Space.XS, top, own.picture)

    def _draw_placeholder(self, painter: QPainter, left: int, top: int, line: _Line) -> None:
        shown = self._text(PLACEHOLDER, 2 * Space.L, _Ink(self._chosen.muted, self._ground(line.position)))
        painter.drawPixmap(left - _EDGE, top - _RISE, shown.picture)

    def _chip(self, words_in_it: str, room: int, kind: Kind, *, selected: bool) -> _Text:
        """Return words on their coloured ground, cut so that both fit into ``room`` pixels."""
        front, ground = self._chosen.pair(kind)
        ink = _Ink(front, self._chosen.surface if selected else ground)
        kept = self._texts.get((words_in_it, room, "chip", ink))
        if kept is not None:
            return kept
        laid_out, width = self._laid_out(words_in_it, room - 2 * Space.S)
        picture = self._blank(
            width + 2 * Space.S, self._metrics.height() + Space.XS, QColor(Qt.GlobalColor.transparent)
        )
        pen = QPainter(picture)
        pen.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen.setPen(Qt.PenStyle.NoPen)
        pen.setBrush(QColor(ink.ground))
        whole = QRect(0, 0, width + 2 * Space.S, self._metrics.height() + Space.XS)
        pen.drawRoundedRect(whole, theme.RADIUS, theme.RADIUS)
        pen.setFont(self._base)
        pen.setPen(QColor(ink.front))
        pen.drawStaticText(Space.S, Space.XS // 2, laid_out)
        pen.end()
        return self._keep((words_in_it, room, "chip", ink), _Text(picture, whole.width()))

    def _condition_shape(self, state: Condition, colour: QColor) -> QPixmap:
        kept = self._shapes.get(state)
        if kept is not None:
            return kept
        picture = self._blank(_SHAPE + 2, _SHAPE + 2, QColor(Qt.GlobalColor.transparent))
        pen = QPainter(picture)
        pen.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, 1, _SHAPE, _SHAPE)
        pen.setPen(QPen(colour, 1.5))
        pen.setBrush(colour if state is not Condition.DUE_SOON else Qt.BrushStyle.NoBrush)
        if state is Condition.OVERDUE:
            pen.drawPolygon(QPolygonF([box.bottomLeft(), box.bottomRight(), QPointF(box.center().x(), box.top())]))
        else:
            pen.drawEllipse(box)
        if state is Condition.DUE_SOON:
            pen.setBrush(colour)
            pen.drawPie(box, 90 * 16, 180 * 16)
        pen.end()
        self._shapes[state] = picture
        return picture

    def _blank(self, width: int, height: int, ground: QColor) -> QPixmap:
        made = QPixmap(ceil(width * self._ratio), ceil(height * self._ratio))
        made.setDevicePixelRatio(self._ratio)
        made.fill(ground)
        return made

    def _laid_out(self, text: str, room: int, *, figures: bool = False) -> tuple[QStaticText, int]:
        """Return ``text`` in one line, cut to ``room`` pixels with «…», and how wide it is."""
        font, metrics = (self._figures, self._figure_metrics) if figures else (self._base, self._metrics)
        shown = one_line(text)
        while True:
            laid_out = QStaticText(shown)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=font)
            width = round(laid_out.size().width())
            if width <= room:
                return laid_out, width
            cut = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, room)
            if cut == shown:
                return laid_out, width
            shown = cut

    def _text(self, text: str, room: int, ink: _Ink, *, figures: bool = False) -> _Text:
        """Return ``text`` drawn in one line, cut to ``room`` pixels; what it stands on is drawn, too.

        The picture reaches ``_EDGE`` beyond the text at the sides, ``_RISE`` above and below.
        """
        kept = self._texts.get((text, room, figures, ink))
        if kept is not None:
            return kept
        laid_out, width = self._laid_out(text, room, figures=figures)
        picture = self._blank(width + 2 * _EDGE, self._metrics.height() + 2 * _RISE, QColor(ink.ground))
        pen = QPainter(picture)
        pen.setFont(self._figures if figures else self._base)
        pen.setPen(QColor(ink.front))
        pen.drawStaticText(_EDGE, _RISE, laid_out)
        pen.end()
        return self._keep((text, room, figures, ink), _Text(picture, width))

    def _keep(self, key: tuple[object, ...], text: _Text) -> _Text:
        """Remember a picture; all are let go of when they take too much room."""
        if self._bytes > _BYTES_KEPT:
            self._texts.clear()
            self._bytes = 0
        self._made += 1
        self._texts[key] = text
        self._bytes += text.picture.width() * text.picture.height() * 4
        return text
