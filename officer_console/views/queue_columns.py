"""The columns of the list: headings, words, and how wide they like to be."""

from __future__ import annotations

from dataclasses import dataclass

from officer_console.domain.search import Row
from officer_console.viewmodels.days import day
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import Column
from officer_console.views import words


@dataclass(frozen=True, slots=True)
class Width:
    """``sample`` is the longest usual text; ``stretch`` shares spare room, ``elastic`` gives way when it is short."""

    sample: str
    stretch: int = 0
    elastic: bool = False


WIDTHS: dict[str, Width] = {
    "position": Width("1.000"),
    "condition": Width("Sắp đến hạn"),
    "number": Width("1000123/07906"),
    "kind": Width("Thay đổi thông tin", elastic=True),
    "social_code": Width("012345678901"),
    "full_name": Width("Nguyễn Thị Thanh Hà", 1, elastic=True),
    "birth": Width("00/00/0000"),
    "declared": Width("00/00/0000"),
    "due": Width("00/00/0000"),
    "status": Width("Chờ cấp/điều chỉnh mã số", elastic=True),
    "officer": Width("Trần Văn Hùng", 1, elastic=True),
}


def columns(model: QueueViewModel) -> tuple[Column, ...]:
    """Return the columns; their words follow the labels and the date of ``model``."""

    def label(group: str, value: str) -> str:
        return words.label(model.reference, group, value)

    def condition(row: Row, _position: int) -> str:
        return words.condition_text(model.reference, model.condition(row))

    def status(row: Row, _position: int) -> str:
        text = label("status", row.status)
        return f"{text} · {words.PENDING[row.pending]}" if row.pending else text

    return (
        Column(key="position", title="STT", text=lambda _row, at: words.number_text(at + 1), figures=True, right=True),
        Column(key="condition", title="Tình trạng", text=condition),
        Column(key="number", title="Số hồ sơ", text=lambda row, _at: row.number, figures=True),
        Column(key="kind", title="Loại hồ sơ", text=lambda row, _at: label("kind", row.kind)),
        Column(key="social_code", title="Mã số BHXH", text=lambda row, _at: row.social_code, figures=True),
        Column(key="full_name", title="Họ và tên", text=lambda row, _at: row.full_name),
        Column(key="birth", title="Ngày sinh", text=lambda row, _at: row.birth, figures=True),
        Column(
            key="declared",
            title="Ngày kê khai",
            text=lambda row, _at: words.date_text(day(row.declared_day)),
            figures=True,
        ),
        Column(key="due", title="Hạn xử lý", text=lambda row, _at: words.date_text(day(row.due_day)), figures=True),
        Column(key="status", title="Trạng thái", text=status),
        Column(key="officer", title="Cán bộ xử lý", text=lambda row, _at: row.officer_name or ""),
    )
