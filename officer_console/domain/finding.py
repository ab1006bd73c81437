"""What a rule is given and what it says: case in, findings out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as stored
from datetime import date
from enum import StrEnum

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.reference import Reference


class Level(StrEnum):
    """How much a finding weighs: an error forbids to approve, a warning is for the officer to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule found. ``code`` is a stable kebab-case name, ``field`` the dotted field it belongs to.

    ``data`` holds values for the sentence, nothing the officer does not see on the dossier anyway.
    """

    code: str
    field: str | None
    level: Level
    data: Mapping[str, str | int] = stored(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A dossier on the Vietnamese date ``today``, and the decision about to be recorded, if there is one already."""

    dossier: Dossier
    today: date
    decision: Decision | None = None
    reference: Reference = stored(default_factory=Reference)

    def pictures(self) -> frozenset[AttachmentKind]:
        """Return what the pictures show, the citizen's and those the decision brings."""
        brought = self.decision.photos if self.decision else ()
        return frozenset(picture.kind for picture in self.dossier.attachments) | {photo.kind for photo in brought}


Rule = Callable[[Case], Iterator[Finding]]


def error(code: str, at: str | None, **data: str | int) -> Finding:
    """Return a finding that blocks approval."""
    return Finding(code=code, field=at, level=Level.ERROR, data=data)


def warning(code: str, at: str | None, **data: str | int) -> Finding:
    """Return a finding that blocks nothing."""
    return Finding(code=code, field=at, level=Level.WARNING, data=data)
