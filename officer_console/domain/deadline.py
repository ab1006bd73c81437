"""Tình trạng: how the dossier stands to its 10-day clock (CV 3717, Phụ lục 01; calendar days, a setting).

And when the office answers what was handed in: working days (NĐ 166/2016; QĐ 838/QĐ-BHXH, Art. 7).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from officer_console.domain.dossier import OPEN, Status

VIETNAM = timezone(timedelta(hours=7), "ICT")
ANSWER_DAYS = 3
# Public holidays that fall on the same day each year (Labour Code 2019, Art. 112), as month and day.
_HOLIDAYS = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
_SATURDAY = 6


class Condition(StrEnum):
    """Tình trạng of a dossier on which work is still owed."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


def today(now: datetime) -> date:
    """Return the Vietnamese calendar date of ``now`` (aware)."""
    return now.astimezone(VIETNAM).date()


def due_on(declared_on: date, processing_days: int) -> date:
    """Return the last day on which a dossier declared on ``declared_on`` is in time.

    Asked once, when it is declared: afterwards the dossier's own ``due_on`` counts, whatever becomes of the setting.
    """
    return declared_on + timedelta(days=processing_days)


def condition(status: Status, due: date, on: date, due_soon_days: int) -> Condition | None:
    """Return how a dossier stands on the date ``on``; ``None`` when nothing is owed any more."""
    if status not in OPEN:
        return None
    if on > due:
        return Condition.OVERDUE
    return Condition.DUE_SOON if (due - on).days <= due_soon_days else Condition.ON_TIME


def expired(due: date, handed_in: bool, on: date) -> bool:  # noqa: FBT001 - a state
    """V15: whether a declaration that is due on ``due`` and that nobody handed in has run out on the date ``on``."""
    return not handed_in and on > due


def works(day: date, closed: Collection[date] = ()) -> bool:
    """Whether offices work on a day; ``closed`` are the holidays by the moon and the days the government adds."""
    return day.isoweekday() < _SATURDAY and (day.month, day.day) not in _HOLIDAYS and day not in closed


def answer_by(handed_in: date, closed: Collection[date] = ()) -> date:
    """Return the last day for the office to answer: the third working day behind the one it was handed in on.

    The day of the event itself is not counted (Civil Code 2015, Art. 147).
    """
    day, left = handed_in, ANSWER_DAYS
    while left:
        day += timedelta(days=1)
        left -= works(day, closed)
    return day
