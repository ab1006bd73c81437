"""What the household registry (HGĐ) answered about a code and a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RegistryVerdict(StrEnum):
    """The five answers, the first split by whether only marks differ."""

    MATCH = "match"
    MARKS_DIFFER = "marks_differ"
    NAME_DIFFERS = "name_differs"
    CODE_ABSENT = "code_absent"
    SILENT = "silent"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAnswer:
    """One answer. ``registry_name`` is the name on record when exactly one record has the code."""

    verdict: RegistryVerdict
    checked_at: datetime
    registry_name: str | None = None
