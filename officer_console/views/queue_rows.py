"""Paints rows of the list: plain text, coloured Tình trạng, Trạng thái as a chip, a bar on the selected row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
_TEXTS_KEPT = 4000
_PICTURES_KEPT = 200
ROOM_BESIDE = {"condition": _SHAPE + Space.S, "status": 2 * Space.S}
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
    laid_out: QStaticText
    width: int


class RowPainter:
    """Draws with the palette in force; no rich text anywhere, so a name cannot be taken for markup.

    A scroll draws hundreds of cells. Words come again in row after row, so each is laid out once and kept; so are the
    shapes with round edges.
    """

    def __init__(self, model: QueueViewModel, base: QFont) -> None:
        self._model = model
        self.hovered = -1
        self._texts: dict[tuple[str, int, bool], _Text] = {}
        self._pictures: dict[tuple[object, ...], QPixmap] = {}
        self._chosen = theme.LIGHT
        self._measure(base)

    def draw(
        self,
        painter: QPainter,
        places: Sequence[Place],
        positions: range,
        top: int,
        height: int,
        *,
        selected: int,
        chosen: Tokens,
        base: QFont,
    ) -> None:
        """Draw the rows at ``positions``, each ``height`` pixels high, the first at ``top`` of the viewport.

        ``selected`` is the position of the selected row, -1 for none; ``base`` the font of the table.
        """
        if base != self._base or chosen != self._chosen:
            self._chosen = chosen
            self._measure(base)
        if not places:
            return
        lines = [
            _Line(position, top + height * n, self._model.model.fetched(position))
            for n, position in enumerate(positions)
        ]
        self._draw_grounds(painter, places, lines, height, selected)
        for place in places:
            painter.setFont(self._figures if place.column.figures else self._base)
            if place.column.key == "status":
                self._draw_statuses(painter, place, lines, height, selected)
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
        self._pictures.clear()

    def _draw_grounds(
        self, painter: QPainter, places: Sequence[Place], lines: Sequence[_Line], height: int, selected: int
    ) -> None:
        left = places[0].left
        width = places[-1].left + places[-1].width - left
        under = QColor(self._chosen.window)
        for line in lines:
            if line.position == selected:
                painter.fillRect(QRect(left, line.top, width, height), QColor(self._chosen.info_ground))
                painter.fillRect(QRect(left, line.top, _BAR, height), QColor(self._chosen.accent))
            elif line.position == self.hovered:
                painter.fillRect(QRect(left, line.top, width, height), QColor(self._chosen.hover))
            painter.fillRect(QRect(left, line.top + height - 1, width, 1), under)

    def _draw_words(self, painter: QPainter, place: Place, lines: Sequence[_Line], height: int) -> None:
        column = place.column
        left, room = place.left + Space.S, place.width - 2 * Space.S
        down = (height - self._metrics.height()) // 2
        muted = column.key in _MUTED_COLUMNS
        for line in lines:
            painter.setPen(QColor(self._chosen.muted if muted or line.row is None else self._chosen.text))
            text = PLACEHOLDER if line.row is None else column.text(line.row, line.position)
            shown = self._text(text, room, figures=column.figures)
            indent = room - shown.width if column.right else 0
            painter.drawStaticText(left + indent, line.top + down, shown.laid_out)

    def _draw_conditions(self, painter: QPainter, place: Place, lines: Sequence[_Line], height: int) -> None:
        left, room = place.left + Space.S, place.width - 2 * Space.S
        down = (height - self._metrics.height()) // 2
        for line in lines:
            if line.row is None:
                self._draw_placeholder(painter, left, line.top + down)
                continue
            state = self._model.condition(line.row)
            if state is None:
                continue
            colour = self._chosen.pair(words.CONDITION_KINDS[state])[0]
            shape = self._condition_shape(painter, state, colour)
            painter.drawPixmap(left - 1, line.top + (height - 1 - _SHAPE) // 2, shape)
            beside = ROOM_BESIDE["condition"]
            painter.setPen(colour)
            text = self._text(
                words.label(self._model.reference, "condition", state.value), room - beside, figures=False
            )
            painter.drawStaticText(left + beside, line.top + down, text.laid_out)

    def _draw_statuses(
        self, painter: QPainter, place: Place, lines: Sequence[_Line], height: int, selected: int
    ) -> None:
        left, room = place.left + Space.S, place.width - 2 * Space.S
        for line in lines:
            row = line.row
            if row is None:
                self._draw_placeholder(painter, left, line.top + (height - self._metrics.height()) // 2)
                continue
            chip_height = self._metrics.height() + Space.XS
            top = line.top + (height - chip_height + 1) // 2
            own = words.PENDING[row.pending] if row.pending else ""
            least = self._text(own, room - 2 * Space.S, figures=False).width + 2 * Space.S + Space.XS if own else 0
            end = self._draw_chip(
                painter,
                left,
                top,
                room - least,
                words.label(self._model.reference, "status", row.status),
                words.STATUS_KINDS[Status(row.status)],
                selected=line.position == selected,
            )
            if own:
                self._draw_chip(
                    painter,
                    end + Space.XS,
                    top,
                    room,
                    own,
                    words.PENDING_KINDS[row.pending],
                    selected=line.position == selected,
                )

    def _draw_placeholder(self, painter: QPainter, left: int, top: int) -> None:
        painter.setPen(QColor(self._chosen.muted))
        painter.drawStaticText(left, top, self._text(PLACEHOLDER, 2 * Space.L, figures=False).laid_out)

    def _draw_chip(
        self, painter: QPainter, left: int, top: int, room: int, words_in_it: str, kind: Kind, *, selected: bool
    ) -> int:
        """Draw words on their coloured ground and return where it ends."""
        front, ground = self._chosen.pair(kind)
        shown = self._text(words_in_it, room - 2 * Space.S, figures=False)
        width = shown.width + 2 * Space.S
        height = self._metrics.height() + Space.XS
        colour = QColor(self._chosen.surface) if selected else ground

        def shape(pen: QPainter) -> None:
            pen.setPen(Qt.PenStyle.NoPen)
            pen.setBrush(colour)
            pen.drawRoundedRect(QRect(0, 0, width, height), theme.RADIUS, theme.RADIUS)

        painter.drawPixmap(left, top, self._picture(painter, ("chip", colour.rgba(), width), width, height, shape))
        painter.setPen(front)
        painter.drawStaticText(left + Space.S, top + Space.XS // 2, shown.laid_out)
        return left + width

    def _condition_shape(self, painter: QPainter, state: Condition, colour: QColor) -> QPixmap:
        def shape(pen: QPainter) -> None:
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

        return self._picture(painter, ("condition", state), _SHAPE + 2, _SHAPE + 2, shape)

    def _picture(
        self,
        painter: QPainter,
        key: tuple[object, ...],
        width: int,
        height: int,
        draw: Callable[[QPainter], None],
    ) -> QPixmap:
        """Return what ``draw`` makes, of this size, at the resolution of ``painter``; made once and kept."""
        ratio = painter.device().devicePixelRatioF()
        kept = self._pictures.get((*key, ratio))
        if kept is None:
            if len(self._pictures) > _PICTURES_KEPT:
                self._pictures.clear()
            kept = QPixmap(round(width * ratio), round(height * ratio))
            kept.setDevicePixelRatio(ratio)
            kept.fill(Qt.GlobalColor.transparent)
            pen = QPainter(kept)
            pen.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(pen)
            pen.end()
            self._pictures[*key, ratio] = kept
        return kept

    def _text(self, text: str, room: int, *, figures: bool) -> _Text:
        """Return ``text`` laid out in one line, cut to ``room`` pixels with «…»."""
        kept = self._texts.get((text, room, figures))
        if kept is None:
            if len(self._texts) > _TEXTS_KEPT:
                self._texts.clear()
            metrics = self._figure_metrics if figures else self._metrics
            laid_out = QStaticText(metrics.elidedText(one_line(text), Qt.TextElideMode.ElideRight, room))
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=self._figures if figures else self._base)
            kept = self._texts[text, room, figures] = _Text(laid_out, round(laid_out.size().width()))
        return kept
