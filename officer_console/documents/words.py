"""The words that papers' data are put into: ``forms/words.yaml``, before it the deployment's own labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from officer_console.documents import places, substitution
from officer_console.domain.deadline import VIETNAM

FILE = "words.yaml"
# What filling.py asks for; a value the file does not know stands for itself, a group it lacks is an error.
GROUPS = frozenset(
    {
        "purpose",
        "status",
        "outcome",
        "sex",
        "paper",
        "attachment",
        "form",
        "field",
        "bring",
        "total",
        "moment",
        "decree",
    }
)
# Days without work, by their date (ISO): those by the moon, and what the government adds each year.
HOLIDAY = "holiday"

_MOMENT = frozenset({"hour", "minute", "day", "month", "year"})


class Words:
    """Words by group and value."""

    def __init__(
        self, own: Mapping[str, Mapping[str, str]], labels: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        """Take the words of the file and the labels of a deployment, which go before them."""
        self._own = own
        self._labels = labels or {}

    def labelled(self, labels: Mapping[str, Mapping[str, str]]) -> Words:
        """Return the same words behind a deployment's labels."""
        return Words(self._own, labels)

    def of(self, group: str, value: str) -> str:
        """Return the words for a value; the value itself when nobody has any."""
        found = self._labels.get(group, {}).get(value) or self._own.get(group, {}).get(value)
        return found or value

    def known(self, group: str, value: str) -> bool:
        """Whether there are words for a value."""
        return value in self._labels.get(group, {}) or value in self._own.get(group, {})

    def closed(self) -> frozenset[date]:
        """Return the days on which offices are closed, beside those that are so each year; of labels what is a day."""
        told = {**self._own.get(HOLIDAY, {}), **self._labels.get(HOLIDAY, {})}
        return frozenset(day for day in map(_day, told) if day is not None)

    def moment(self, at: datetime, *, short: bool = False) -> str:
        """Return an aware time as it is written in Vietnam."""
        here = at.astimezone(VIETNAM)
        written = {
            "hour": f"{here.hour:02d}",
            "minute": f"{here.minute:02d}",
            "day": f"{here.day:02d}",
            "month": f"{here.month:02d}",
            "year": f"{here.year:04d}",
        }
        return substitution.put(self.of("moment", "short" if short else "written"), written)


def load(base: Path, override: Path | None = None) -> Words:
    """Read the words beside the forms; a file in ``override`` takes their place.

    Raises:
        DefinitionError: unreadable, writable by others, or a group is missing or unknown; ``form-date-expected``.
    """
    top = places.read_own(FILE, base, override)
    members = top.members(GROUPS, frozenset({HOLIDAY}))
    found = {group: {name: value.text() for name, value in place.pairs().items()} for group, place in members.items()}
    for group, name in (("moment", "short"), ("moment", "written"), ("decree", "notice")):
        if name not in found[group]:
            members[group].fail("form-name-missing", name=name)
    for day, place in members[HOLIDAY].pairs().items() if HOLIDAY in members else ():
        if _day(day) is None:
            place.fail("form-date-expected", found=day[: places.FOUND])
    for written in found["moment"].values():
        if not substitution.holds(written, _MOMENT):
            members["moment"].fail("form-brace", found=written[: places.FOUND])
    return Words(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
