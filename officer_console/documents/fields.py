"""What the data of a form are made of: fields by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Value = str | Sequence[str] | Sequence[Mapping[str, str]]
Data = Mapping[str, Value]


class FieldKind(StrEnum):
    """What a field holds: text, a date (ISO, ``2026-02-05``), several texts, or rows of named texts."""

    TEXT = "text"
    DATE = "date"
    LIST = "list"
    ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``blank`` is the length in mm of the dotted line where running text lacks it.

    ``written`` is how a date is written, with ``{day}``, ``{month}`` and ``{year}``; days below ten and the months
    January and February get a zero (NĐ 30/2020). ``choices``: no other value is taken; empty: any.
    """

    name: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    blank: float = 40.0
    written: str = ""
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
