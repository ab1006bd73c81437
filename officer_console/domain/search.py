"""What the officer may ask the list for, and one row of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.identifiers import social_code


class Order(StrEnum):
    """How the list is sorted. ``DUE`` is the work queue: open dossiers, the most urgent first."""

    DUE = "due"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """The search panel; empty fields do not restrict. ``number`` is a số hồ sơ or the start of its first segment."""

    number: str = ""
    number_exact: bool = False
    social_code: str = ""
    name: str = ""
    declared_from: date | None = None
    declared_to: date | None = None
    condition: Condition | None = None
    status: Status | None = None
    kind: DossierKind | None = None
    order: Order = Order.DUE

    def checked(self) -> Criteria:
        """Return the criteria after rule V18 and V01.

        Raises:
            RuleError: ``dates-reversed``, ``social-code-length``, ``number-malformed``.
        """
        if self.declared_from and self.declared_to and self.declared_from > self.declared_to:
            raise RuleError("dates-reversed", field="declared_from")
        if self.social_code:
            social_code(self.social_code)
        key = self.number.split("/", 1)[0].strip()
        if self.number.strip() and not (key.isascii() and key.isdigit() and len(key) <= 12):
            raise RuleError("number-malformed", field="number")
        return self


class Row(NamedTuple):
    """One line of the list: what the columns show. ``pending`` marks a decision that waits to be sent."""

    position: int
    id: str
    number: str
    kind: str
    status: str
    social_code: str
    full_name: str
    birth: str
    declared_day: int
    due_day: int
    officer_name: str | None
    pending: int = 0
