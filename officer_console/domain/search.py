"""What the officer may ask the list for, and one row of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import NamedTuple

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.identifiers import social_code
from officer_console.domain.names import fold


class Order(StrEnum):
    """How the list is sorted.

    ``DUE``: the open dossiers, the most urgent first; the finished ones follow, the newest declaration first, unless
    open ones only are asked for. Where a name is typed with marks, the dossiers that have them exactly come first, the
    open and then the finished ones, and after them those equal but for the marks. A closed status has no due dates to
    sort by and is sorted as with ``DECLARED``.

    ``DECLARED``: the newest declaration first, open and finished dossiers together.
    """

    DUE = "due"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """The search panel; empty fields do not restrict. ``number`` is a số hồ sơ or the start of its first segment.

    ``guardian`` is the number of the paper of who acts for a minor: a scanned card asks for it, the panel does not.
    Only open dossiers have a ``condition``. ``open_only`` leaves the finished dossiers out, except where a number, a
    social code or a guardian is given: whoever has one finds its dossier in whatever state it is. ``number_exact`` and
    ``order`` say how to search and show, not what for.
    """

    number: str = ""
    number_exact: bool = False
    social_code: str = ""
    guardian: str = ""
    name: str = ""
    declared_from: date | None = None
    declared_to: date | None = None
    condition: Condition | None = None
    status: Status | None = None
    kind: DossierKind | None = None
    open_only: bool = False
    order: Order = Order.DUE

    @property
    def without_finished(self) -> bool:
        """Whether ``open_only`` counts: a number of any kind is looked for among all dossiers."""
        return self.open_only and not (self.number.strip() or self.social_code.strip() or self.guardian.strip())

    @property
    def searched(self) -> bool:
        """Whether anything is searched at all: without it the list is everything, or every open dossier."""
        typed = self.number.strip() or self.social_code.strip() or self.guardian.strip() or self.name.strip()
        chosen = (self.declared_from, self.declared_to, self.condition, self.status, self.kind)
        return bool(typed) or any(field is not None for field in chosen)

    def checked(self) -> Criteria:
        """Return the criteria after rule V18 and V01.

        Raises:
            RuleError: ``dates-reversed``, ``social-code-length``, ``number-malformed``, ``name-malformed`` (what is
                typed holds no letter or digit, or an underscore, which no name has).
        """
        if self.declared_from and self.declared_to and self.declared_from > self.declared_to:
            raise RuleError("dates-reversed", field="declared_from")
        if self.social_code:
            social_code(self.social_code)
        key = self.number.split("/", 1)[0].strip()
        if self.number.strip() and not (key.isascii() and key.isdigit() and len(key) <= 12):
            raise RuleError("number-malformed", field="number")
        name = fold(self.name)
        if self.name.strip() and ("_" in name or not any(char.isalnum() for char in name)):
            raise RuleError("name-malformed", field="name")
        return self


WORK_QUEUE = Criteria(open_only=True)


class Pending(IntEnum):
    """What the officer's own decision on a dossier is waiting for: nothing, to be sent, or the officer again.

    ``ATTENTION``: central refused it.
    """

    NONE = 0
    WAITING = 1
    ATTENTION = 2


class Row(NamedTuple):
    """One line of the list: what the columns show. ``position`` is its key in the list; ``pending`` a ``Pending``."""

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
    pending: int = Pending.NONE
