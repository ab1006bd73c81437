"""Strips: everything on a page is cut into pieces over the whole width that no page break divides. Lengths in points.

A strip's coordinates begin at its upper left corner; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from officer_console.documents.text import Segment


class Text(NamedTuple):
    """Letters on a baseline at ``y``; ``gap`` is added to every space. ``tag`` is the index of its `Tag`.

    ``read`` (ASCII) is what is read aloud, searched and copied in place of the letters; empty: the letters.
    """

    tag: int
    x: float
    y: float
    size: float
    segments: tuple[Segment, ...]
    gap: float
    read: str = ""


class Rule(NamedTuple):
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float


class Room(NamedTuple):
    """White to sign in. ``x``, ``y`` is its upper left corner, on a page its lower left one."""

    x: float
    y: float
    width: float
    height: float


class Strip(NamedTuple):
    """A piece of the column of text.

    ``keep``: it stays on one page with the next strip. ``gap``: nothing but distance, dropped at the head of a page.
    ``head`` is repeated above it when it begins a page. ``eject``: the next strip begins a page. ``rooms`` begin in it
    and may reach into the strips that are kept with it.
    """

    height: float
    texts: tuple[Text, ...] = ()
    rules: tuple[Rule, ...] = ()
    keep: bool = False
    gap: bool = False
    head: tuple[Strip, ...] = ()
    eject: bool = False
    rooms: tuple[Room, ...] = ()


@dataclass(slots=True)
class Tag:
    """A node of the document's structure, in reading order: ``role`` as PDF names it, ``parent`` an index."""

    role: str
    parent: int


@dataclass(slots=True)
class Tags:
    """The structure; node 0 is the whole document."""

    nodes: list[Tag] = field(default_factory=lambda: [Tag("Document", -1)])

    def add(self, role: str, parent: int = 0) -> int:
        """Add a node behind all others and return its index."""
        self.nodes.append(Tag(role, parent))
        return len(self.nodes) - 1


def moved(strip: Strip, x: float, y: float = 0.0) -> tuple[tuple[Text, ...], tuple[Rule, ...]]:
    """Return what a strip shows, moved."""
    if not x and not y:
        return strip.texts, strip.rules
    return (
        tuple(text._replace(x=text.x + x, y=text.y + y) for text in strip.texts),
        tuple(rule._replace(x0=rule.x0 + x, y0=rule.y0 + y, x1=rule.x1 + x, y1=rule.y1 + y) for rule in strip.rules),
    )


def shifted(strip: Strip, x: float, y: float = 0.0) -> tuple[Room, ...]:
    """Return the rooms of a strip, moved."""
    return tuple(room._replace(x=room.x + x, y=room.y + y) for room in strip.rooms)


def beside(cells: Sequence[tuple[float, Sequence[Strip]]]) -> list[Strip]:
    """Lay cells (x and strips) beside one another; the n-th strips of all cells become one."""
    made: list[Strip] = []
    for number in range(max((len(strips) for _, strips in cells), default=0)):
        texts: list[Text] = []
        rules: list[Rule] = []
        rooms: list[Room] = []
        level = [(x, strips[number]) for x, strips in cells if number < len(strips)]
        for x, strip in level:
            more_texts, more_rules = moved(strip, x)
            texts += more_texts
            rules += more_rules
            rooms += shifted(strip, x)
        made.append(
            Strip(
                max(strip.height for _, strip in level),
                tuple(texts),
                tuple(rules),
                keep=any(strip.keep for _, strip in level),
                gap=all(strip.gap for _, strip in level),
                rooms=tuple(rooms),
            )
        )
    return made


def kept(strips: Iterable[Strip]) -> list[Strip]:
    """Tie the strips together."""
    made = [strip._replace(keep=True) for strip in strips]
    if made:
        made[-1] = made[-1]._replace(keep=False)
    return made


def tied(strips: Sequence[Strip], height: float) -> list[Strip]:
    """Tie the end of the strips, ``height`` of it at least where there is so much, to what comes next."""
    made = list(strips)
    for place in range(len(made) - 1, -1, -1):
        strip = made[place]
        if height <= 0 or strip.eject:
            break
        height -= 0.0 if strip.gap else strip.height
        made[place] = strip._replace(keep=True)
    return made


def framed(strips: Sequence[Strip], edges: Sequence[float], width: float, pad: float) -> list[Strip]:
    """Draw a frame: upright lines at ``edges``, one above and one below all strips, ``pad`` of air inside."""
    left, right = edges[0], edges[-1]
    made: list[Strip] = []
    for number, strip in enumerate(strips):
        above = pad if number == 0 else 0.0
        height = strip.height + above + (pad if number == len(strips) - 1 else 0.0)
        texts, inner = moved(strip, 0.0, above)
        rules = [*inner, *(Rule(x, 0.0, x, height, width) for x in edges)]
        if number == 0:
            rules.append(Rule(left, 0.0, right, 0.0, width))
        if number == len(strips) - 1:
            rules.append(Rule(left, height, right, height, width))
        rooms = shifted(strip, 0.0, above)
        made.append(strip._replace(height=height, texts=texts, rules=tuple(rules), gap=False, rooms=rooms))
    return made
