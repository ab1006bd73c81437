"""A form's data, checked against its fields and turned into clean text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from officer_console.documents import substitution
from officer_console.documents.definition import Form
from officer_console.documents.elements import Condition, Run, Slot, Words
from officer_console.documents.errors import DocumentError
from officer_console.documents.fields import Data, Field, FieldKind, Value
from officer_console.documents.fonts import BOLD, BOLD_ITALIC, ITALIC, REGULAR, Faces
from officer_console.documents.text import Cleaner, Segment

MM = 72 / 25.4
# Some pages of text: what is longer is no name, address or reason, and takes long to lay out.
VALUE_LIMIT = 4000
_DATE_BLANKS = {"day": "......", "month": "......", "year": "............"}
_FACES = {(False, False): REGULAR, (True, False): BOLD, (False, True): ITALIC, (True, True): BOLD_ITALIC}


class Filled:
    """Answers what stands where a definition names a field.

    A text that is empty or blank counts as missing. Raises DocumentError: ``field-missing`` (a required one),
    ``field-unknown``, ``field-kind``, ``field-date``, ``field-choice``, ``field-column``, ``field-too-long``
    (``limit``, in characters).
    """

    def __init__(self, form: Form, data: Data, faces: Faces, cleaner: Cleaner) -> None:
        self._faces = faces
        self._cleaner = cleaner
        self._fields = form.fields
        self._texts: dict[str, str] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._rows: dict[str, tuple[Mapping[str, str], ...]] = {}
        for name, value in data.items():
            if name not in form.fields:
                raise DocumentError("field-unknown", form=form.name, field=name)
            self._take(form.fields[name], value)
        for name, field in form.fields.items():
            if field.required and not (name in self._texts or name in self._lists or name in self._rows):
                raise DocumentError("field-missing", form=form.name, field=name)

    def holds(self, conditions: Iterable[Condition]) -> bool:
        """Whether every condition holds."""
        return all(map(self._one_holds, conditions))

    def text(self, name: str) -> str | None:
        """Return the clean value of a text or date field; ``None`` when it is missing."""
        return self._texts.get(name)

    def items(self, name: str) -> tuple[str, ...]:
        """Return the clean texts of a list field."""
        return self._lists.get(name, ())

    def rows(self, name: str) -> tuple[Mapping[str, str], ...]:
        """Return the rows of a field; their texts are clean."""
        return self._rows.get(name, ())

    def lacks(self, words: Words) -> bool:
        """Whether nothing would stand there: all fields that the text names are missing, or it is empty."""
        parts = [part for run in words if self.holds(run.when) for part in run.parts]
        named = [part.field for part in parts if isinstance(part, Slot)]
        return not any(name in self._texts for name in named) if named else not parts

    def segments(self, words: Words, size: float, extra: Mapping[str, str] | None = None) -> list[Segment]:
        """Return the text with its values, dotted lines where one is missing; ``size`` in points."""
        there = (run for run in words if self.holds(run.when))
        return [Segment(face_of(run), self._written(run, size, extra or {})) for run in there]

    def dots(self, length: float, size: float) -> str:
        """Return as many dots as fit in ``length`` points."""
        return "." * int(length / self._faces[REGULAR].width(".", size))

    def _take(self, field: Field, value: Value) -> None:
        if isinstance(value, str):
            if field.kind not in {FieldKind.TEXT, FieldKind.DATE}:
                raise DocumentError("field-kind", field=field.name, kind=field.kind.value)
            text = self._clean(field, value)
            if text:
                self._texts[field.name] = self._date(field, text) if field.kind is FieldKind.DATE else text
                if field.choices and text not in field.choices:
                    raise DocumentError("field-choice", field=field.name)
        elif value:
            self._take_many(field, value)

    def _take_many(self, field: Field, value: Sequence[str] | Sequence[Mapping[str, str]]) -> None:
        lists: list[str] = []
        rows: list[Mapping[str, str]] = []
        for member in value:
            if isinstance(member, str):
                lists.append(self._clean(field, member))
            else:
                rows.append({name: self._clean(field, text) for name, text in member.items()})
        if (field.kind is not FieldKind.LIST or rows) and (field.kind is not FieldKind.ROWS or lists):
            raise DocumentError("field-kind", field=field.name, kind=field.kind.value)
        if lists:
            self._lists[field.name] = tuple(lists)
            return
        for row in rows:
            for name in row:
                if name not in field.columns:
                    raise DocumentError("field-column", field=field.name, column=name)
        self._rows[field.name] = tuple(rows)

    def _clean(self, field: Field, value: str) -> str:
        if len(value) > VALUE_LIMIT:
            raise DocumentError("field-too-long", field=field.name, limit=VALUE_LIMIT)
        return self._cleaner.clean(value).strip()

    def _date(self, field: Field, text: str) -> str:
        try:
            when = date.fromisoformat(text)
        except ValueError:
            raise DocumentError("field-date", field=field.name) from None
        # NĐ 30/2020: a zero before days below ten and before January and February; numbers alone are always two digits
        month = f"{when.month:02d}" if when.month <= 2 or "/" in field.written else str(when.month)
        return substitution.put(field.written, {"day": f"{when.day:02d}", "month": month, "year": f"{when.year:04d}"})

    def _one_holds(self, condition: Condition) -> bool:
        name = condition.field
        if condition.equals is not None:
            return self._texts.get(name) == condition.equals
        return (name in self._texts or name in self._lists or name in self._rows) != condition.absent

    def _written(self, run: Run, size: float, extra: Mapping[str, str]) -> str:
        text = "".join(
            self._cleaner.clean(part) if isinstance(part, str) else self._value(part.field, size, extra)
            for part in run.parts
        )
        # some letter in capitals may be one the faces lack
        return self._cleaner.clean(text.upper()) if run.capitals else text

    def _value(self, name: str, size: float, extra: Mapping[str, str]) -> str:
        if name in extra:
            return extra[name]
        value = self._texts.get(name)
        if value is not None:
            return value
        field = self._fields[name]
        if field.kind is FieldKind.DATE:
            return self._cleaner.clean(substitution.put(field.written, _DATE_BLANKS))
        return self.dots(field.blank * MM, size)


def face_of(run: Run) -> int:
    """Return which of the four faces a run has."""
    return _FACES[run.bold, run.italic]
