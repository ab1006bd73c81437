"""From a day's work and from a queue to the data of the day sheet and the queue list. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from officer_console.documents.filling import Filling, Letterhead
from officer_console.documents.words import Words
from officer_console.domain.deadline import VIETNAM
from officer_console.domain.dossier import Dossier, DossierKind


class Outcome(StrEnum):
    """What came of a dossier, as the day sheet counts it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    AWAITING = "awaiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One dossier of a day: ``at`` is when it was decided, aware UTC; ``sent``: central has confirmed it."""

    dossier: Dossier
    outcome: Outcome
    at: datetime
    note: str = ""
    sent: bool = True


def day_sheet(
    lines: Sequence[DayLine],
    head: Letterhead,
    words: Words,
    *,
    day: date,
    printed_at: datetime,
    desk: str = "",
) -> Filling:
    """Fill the day sheet with its lines in the order of time, and the totals by kind."""
    counted = Counter((line.dossier.kind, line.outcome) for line in lines)
    return {
        "parent_office": head.parent_office,
        "office": head.office,
        "place": head.place,
        "day": day.isoformat(),
        "printed_at": words.moment(printed_at, short=True),
        "desk": desk,
        "officer": head.officer,
        "supervisor": head.signer,
        "supervisor_capacity": head.capacity,
        "count": str(len(lines)),
        "unsent": str(sum(not line.sent for line in lines)),
        "entries": tuple(
            {
                "file_number": line.dossier.number,
                "full_name": line.dossier.declaration.full_name,
                "social_code": line.dossier.declaration.social_code,
                "purpose": words.of("purpose", line.dossier.kind.value),
                "outcome": words.of("outcome", line.outcome.value),
                "note": line.note,
                "at": line.at.astimezone(VIETNAM).strftime("%H:%M"),
            }
            for line in sorted(lines, key=lambda line: line.at)
        ),
        "totals": (
            *(
                _total(words.of("purpose", kind.value), {outcome: counted[kind, outcome] for outcome in Outcome})
                for kind in DossierKind
            ),
            _total(
                words.of("total", "all"),
                {outcome: sum(counted[kind, outcome] for kind in DossierKind) for outcome in Outcome},
            ),
        ),
    }


def queue_list(
    dossiers: Sequence[Dossier],
    head: Letterhead,
    words: Words,
    *,
    printed_at: datetime,
    condition: str = "",
) -> Filling:
    """Fill the list of a queue in the order given; ``condition`` says in words what it was filtered by."""
    return {
        "parent_office": head.parent_office,
        "office": head.office,
        "filter": condition,
        "printed_at": words.moment(printed_at, short=True),
        "printed_by": head.officer,
        "count": str(len(dossiers)),
        "entries": tuple(
            {
                "file_number": dossier.number,
                "full_name": dossier.declaration.full_name,
                "social_code": dossier.declaration.social_code,
                "birth_date": dossier.declaration.birth.text(),
                "purpose": words.of("purpose", dossier.kind.value),
                "declared_on": _day(dossier.declared_on),
                "due_on": _day(dossier.due_on),
                "status": words.of("status", dossier.status.value),
            }
            for dossier in dossiers
        ),
    }


def _total(name: str, counts: Mapping[Outcome, int]) -> Mapping[str, str]:
    return {
        "purpose": name,
        **{outcome.value: str(count) for outcome, count in counts.items()},
        "sum": str(sum(counts.values())),
    }


def _day(when: date) -> str:
    return f"{when.day:02d}/{when.month:02d}/{when.year:04d}"
