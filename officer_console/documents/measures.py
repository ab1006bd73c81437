"""Optional members of an element: switches, sizes in points, lengths in millimetres, shares of a width."""

from __future__ import annotations

from officer_console.documents.places import Place

LENGTHS = (0.0, 150.0)
_SIZES = (6.0, 24.0)
_SHARES = (0.05, 20.0)


def flag(members: dict[str, Place], name: str) -> bool:
    """Return a switch, off where it is not named."""
    return members[name].flag() if name in members else False


def size(members: dict[str, Place]) -> float | None:
    """Return the size of letters; ``None`` where it is not named."""
    return members["size"].number(*_SIZES) if "size" in members else None


def length(members: dict[str, Place], name: str, otherwise: float) -> float:
    """Return a length."""
    return members[name].number(*LENGTHS) if name in members else otherwise


def share(members: dict[str, Place]) -> float:
    """Return a part of the width, 1 where it is not named."""
    return members["share"].number(*_SHARES) if "share" in members else 1.0
