"""Texts with ``{name}`` in them. Nothing but the names that are known there: no forms, attributes or expressions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

# A text of a definition that says once how something is written is a line, not a page.
TEXT_LIMIT = 500
_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def holds(text: str, known: Collection[str]) -> bool:
    """Whether every brace of the text belongs to a known name, and it is no longer than ``TEXT_LIMIT``."""
    pieces = _NAMED.split(text)
    return (
        len(text) <= TEXT_LIMIT
        and not any("{" in piece or "}" in piece for piece in pieces[::2])
        and all(name in known for name in pieces[1::2])
    )


def put(text: str, values: Mapping[str, str]) -> str:
    """Return the text with the values in it; what a value says is not read again, and an unknown name stays."""
    return _NAMED.sub(lambda found: values.get(found[1], found[0]), text)


def lacks(text: str, values: Mapping[str, str]) -> bool:
    """Whether one of the names in the text has no value."""
    return not all(values.get(name) for name in _NAMED.findall(text))
