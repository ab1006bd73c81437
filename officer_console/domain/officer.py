"""Officers, their roles and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the program."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What somebody may want to do."""

    VIEW = "view"
    DECIDE = "decide"
    BREAK_LEASE = "break_lease"
    MANAGE = "manage"


MAY: dict[Role, frozenset[Action]] = {
    Role.OFFICER: frozenset({Action.VIEW, Action.DECIDE}),
    Role.SUPERVISOR: frozenset({Action.VIEW, Action.DECIDE, Action.BREAK_LEASE}),
    Role.ADMINISTRATOR: frozenset({Action.MANAGE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Who is signed in. ``scopes`` are the offices (BHXH codes) whose dossiers the officer works on."""

    id: str
    username: str
    full_name: str
    role: Role
    scopes: tuple[str, ...]

    def may(self, action: Action) -> bool:
        """Whether the officer's role allows ``action``."""
        return action in MAY[self.role]
