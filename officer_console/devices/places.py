"""A JSON text with the line of each of its values, so that an error can say where it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

SPACE = re.compile(r"[ \t\n\r]*")
DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Placed:
    """One value (text, number, truth, None, Pairs or Items) and its line, from 1."""

    value: object
    line: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of an object in their order; a key that stands twice is there twice."""

    pairs: tuple[tuple[str, Placed], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a list."""

    items: tuple[Placed, ...]


class PlaceError(ValueError):
    """The text is no JSON; ``line`` from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read(text: str) -> Placed:
    """Return the value of ``text``; raises PlaceError."""
    try:
        json.loads(text)
        placed, _end = _value(text, _skip(text, 0))
    except json.JSONDecodeError as error:
        raise PlaceError(error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise PlaceError(1) from error
    return placed


def _value(text: str, at: int) -> tuple[Placed, int]:
    line = text.count("\n", 0, at) + 1
    if text[at] == "{":
        pairs, end = _pairs(text, at)
        return Placed(Pairs(tuple(pairs)), line), end
    if text[at] == "[":
        items, end = _items(text, at)
        return Placed(Items(tuple(items)), line), end
    value, end = DECODER.raw_decode(text, at)
    return Placed(value, line), end


def _pairs(text: str, at: int) -> tuple[list[tuple[str, Placed]], int]:
    pairs: list[tuple[str, Placed]] = []
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = DECODER.raw_decode(text, at)
        value, at = _value(text, _skip(text, _skip(text, at) + 1))
        pairs.append((str(key), value))
        at = _after_comma(text, at)
    return pairs, at + 1


def _items(text: str, at: int) -> tuple[list[Placed], int]:
    items: list[Placed] = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        value, at = _value(text, at)
        items.append(value)
        at = _after_comma(text, at)
    return items, at + 1


def _after_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found is not None else at
