"""What a scanned code may lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from officer_console.domain.agreement import Field
from officer_console.domain.dossier import Status
from officer_console.domain.search import Criteria


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The dossier to open. ``unchecked``: it was named by one of our forms whose MAC nobody here can check; ``old``: by
    one that is superseded or says what was declared before.

    ``others`` are the numbers of the person's other dossiers that work is owed on, where no search lists them all: they
    have the number of one paper, different names and different mã số BHXH. The most urgent one is opened then.

    ``guardian``: the card is that of who acts for the minor whose dossier it is. ``differs`` and ``unsure`` are as of
    `Shown`. ``wards``: he also acts for minors, whose dossiers these are.
    """

    dossier_id: str
    unchecked: bool = False
    old: bool = False
    others: tuple[str, ...] = ()
    guardian: bool = False
    differs: tuple[Field, ...] = ()
    unsure: tuple[Field, ...] = ()
    wards: Found | Several | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Nothing is left to do on it. ``by`` and ``at`` are who decided and when (aware UTC), where somebody did.

    ``sending``: it is this desk's own decision, which central does not have yet. ``unchecked``, ``old``, ``guardian``:
    as of `Found`.
    """

    dossier_id: str
    status: Status
    by: str | None
    at: datetime | None
    sending: bool = False
    unchecked: bool = False
    old: bool = False
    guardian: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """``count`` dossiers may be meant; ``criteria`` lists them.

    ``unchecked``, ``guardian``, ``wards``: as of `Found`.
    """

    criteria: Criteria
    count: int
    unchecked: bool = False
    guardian: bool = False
    wards: Found | Several | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Nothing under this person's numbers; ``criteria`` is the search to offer, by name."""

    criteria: Criteria
    full_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The code belongs to the dossier that is open. ``guardian``: it is the card of who acts for a minor.

    ``differs`` are the fields of a card that say something else than the declaration, ``unsure`` those the officer has
    to look at: a number proves nothing, whoever makes a code writes what he likes. Of a guardian's card only the name
    is compared, with the declared guardian's. ``unchecked``, ``old``: as of `Found`.
    """

    dossier_id: str
    guardian: bool = False
    differs: tuple[Field, ...] = ()
    unsure: tuple[Field, ...] = ()
    unchecked: bool = False
    old: bool = False


class Reason(StrEnum):
    """Why a code leads nowhere."""

    UNKNOWN = "unknown"
    FORGED = "forged"
    FOREIGN = "foreign"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotForm:
    """A code that is not ours, whose MAC is wrong, or whose dossier (``number``) this desk does not have.

    ``FOREIGN``: it is a form of another office.
    """

    reason: Reason
    number: str | None = None


Outcome = Found | Decided | Several | Search | Shown | NotForm
