"""What the window about signed sheets needs of the service below: small, so that tests can pass small fakes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from officer_console.codes.traces import Place
from officer_console.domain.form import FormKind
from officer_console.imaging.gate import Pixels
from officer_console.services.shots import Shot
from officer_console.services.stacks import Looked, Pile, Split


class FilingService(Protocol):
    """What files signed sheets (`services.filing.Filing`); every call may be slow."""

    def take(self, data: bytes, places: list[Place], *, dpi: int | None = None) -> Iterator[Looked]:
        """Let pages in one by one and read their codes, blank ones put aside; raises GateError."""
        ...

    def look(self, shots: Iterable[Shot], places: list[Place]) -> tuple[Looked, ...]:
        """Read the codes of pages, whether they seem blank or not; raises GateError."""
        ...

    def preview(self, page: Looked, longest: int) -> Pixels:
        """Return a page as it will be filed."""
        ...

    def split(self, pages: Iterable[Looked]) -> Split:
        """Sort a stack by its codes."""
        ...

    def assign(self, split: Split, shot_id: str, number: str, form_kind: FormKind, *, forged: bool = False) -> Split:
        """Put a page to a form of a dossier, a forged one only when that is said; raises RuleError."""
        ...

    def file(self, pile: Pile) -> None:
        """Keep the pages of a dossier and let them go to central."""
        ...

    def waiting(self) -> tuple[KeptSheet, ...]:
        """Return the sheets that central does not have yet."""
        ...

    def again(self, n: int) -> None:
        """Send a refused sheet once more, in place of what the dossier has now."""
        ...

    def drop(self, n: int) -> None:
        """Give up a sheet that central does not have."""
        ...


class KeptSheet(Protocol):
    """A sheet that is sealed on this desk and not at central yet; ``error_code`` says why central refused it."""

    @property
    def n(self) -> int:
        """Which one it is."""
        ...

    @property
    def number(self) -> str:
        """The dossier's."""
        ...

    @property
    def scope(self) -> str | None:
        """The office its dossier is in; ``None`` while that is not on this desk."""
        ...

    @property
    def pages(self) -> int:
        """How many pages it has."""
        ...

    @property
    def error_code(self) -> str | None:
        """Why central refused it."""
        ...
