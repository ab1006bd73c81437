"""Which letters of a source differ from the declaration, so that they can be marked where they are painted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from officer_console.domain.agreement import Cell, Field
from officer_console.domain.comparing import Agreement
from officer_console.domain.names import fold

# Beyond this the letters are not set beside each other: a text that long is no name, and the eye finds nothing in it.
_LIMIT = 400
_WORDS = re.compile(r"[^\W_]+")
_ALIKE = frozenset({Agreement.SAME, Agreement.MISSING})
# Short forms of units say nothing that the whole word does not.
_SHORT = frozenset({"tp", "tx", "tt", "p", "q", "h"})
_WHOLE = frozenset({Field.SEX})


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """``spans`` (from, to) are letters to be marked; before each of ``gaps`` the declaration has something more."""

    spans: tuple[tuple[int, int], ...] = ()
    gaps: tuple[int, ...] = ()


NOTHING = Marks()


def differing(field: Field, declared: str | None, text: str, cell: Cell) -> Marks:
    """Return what to mark in ``text``, the words of ``cell`` as they are painted; nothing where the two agree."""
    if not declared or not text or cell.agreement in _ALIKE or max(len(declared), len(text)) > _LIMIT:
        return NOTHING
    if field in _WHOLE:
        return Marks(spans=((0, len(text)),))
    if field is Field.ADDRESS:
        return _words(declared, text)
    # Where more than the marks differ, or the source has none, letters that differ in them would hide what matters.
    unmarked = cell.agreement is Agreement.ONE_LETTER or fold(text) == text.casefold()
    plain = field is Field.FULL_NAME and cell.agreement is not Agreement.MARKS and unmarked
    return _letters(_alike(declared, plain=plain), _alike(text, plain=plain))


def _alike(text: str, *, plain: bool) -> list[str]:
    """Return the text letter by letter, capitals aside, each a string of its own so that places stay."""
    letters = [unicodedata.normalize("NFC", letter).casefold() for letter in text]
    return [fold(letter) or letter for letter in letters] if plain else letters


def _letters(declared: Sequence[str], text: Sequence[str]) -> Marks:
    if len(declared) == len(text):
        places = [at for at, (one, two) in enumerate(zip(declared, text, strict=True)) if one != two]
        return Marks(spans=_joined(places))
    spans, gaps = [], []
    for step, _, _, start, end in SequenceMatcher(None, declared, text, autojunk=False).get_opcodes():
        if step == "delete":
            gaps.append(start)
        elif step != "equal":
            spans.append((start, end))
    return Marks(spans=tuple(spans), gaps=tuple(gaps))


def _words(declared: str, text: str) -> Marks:
    known = {word.group().casefold() for word in _WORDS.finditer(declared)} | _SHORT
    return Marks(spans=tuple(word.span() for word in _WORDS.finditer(text) if word.group().casefold() not in known))


def _joined(places: Sequence[int]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for at in places:
        if spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return tuple(spans)
