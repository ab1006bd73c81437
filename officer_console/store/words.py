"""The words under which a dossier stands in the full-text tables; every search criterion is a few of them.

Facets carry an underscore, which no word of a name can: ``_a`` every dossier, ``o_`` open, ``d_N`` due on day N (open ones),
``s_``/``k_`` status and kind, ``n_`` the number's first segment, ``p_`` each beginning of it, ``f_`` its second segment,
``c_`` the social code. A name gives its folded words and, where they differ, its words with marks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from officer_console.domain.names import fold, tone_unified

ALL = "_a"
OPEN = "o_"

_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_DIGITS = re.compile(r"[0-9]+")
LONGEST_NUMBER = 12


def due(day: int) -> str:
    """Return the word of open dossiers due on ``day`` (ordinal)."""
    return f"d_{day}"


def status(value: str) -> str:
    """Return the word of a status."""
    return f"s_{value}"


def kind(value: str) -> str:
    """Return the word of a kind."""
    return f"k_{value}"


def code(value: str) -> str:
    """Return the word of a social code; blanks do not count."""
    return f"c_{_joined(value)}"


def number(text: str, *, exact: bool) -> tuple[str, ...]:
    """Return the words a dossier must have for the typed ``text``: a beginning, a first segment, or a whole number.

    A number typed with its slash is meant exactly.
    """
    first, slash, second = text.partition("/")
    key = _joined(first)
    if not (exact or slash):
        return (f"p_{key}",)
    return (f"n_{key}", f"f_{_joined(second)}") if second.strip() else (f"n_{key}",)


@lru_cache(maxsize=1 << 14)
def _syllable(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the folded and the marked words of one blank-separated piece of a name."""
    return tuple(_WORD.findall(fold(text))), tuple(_WORD.findall(tone_unified(text)))


def name(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (folded words, words as typed): the second holds marked words where marks were typed, folded ones elsewhere."""
    pieces = [_syllable(piece) for piece in text.split()]
    folded = tuple(dict.fromkeys(word for piece in pieces for word in piece[0]))
    typed = tuple(dict.fromkeys(word for piece in pieces for word in piece[1]))
    return folded, typed


def text_of(number_: str, kind_: str, status_: str, social_code: str, full_name: str, due_day: int | None) -> str:
    """Return all words of one dossier; ``due_day`` only for an open one in the table of all dossiers."""
    folded, typed = name(full_name)
    first, _, second = number_.partition("/")
    key = "".join(_DIGITS.findall(first))[:LONGEST_NUMBER]
    words = [ALL, f"s_{status_}", f"k_{kind_}", f"n_{key}", f"c_{_joined(social_code)}"]
    words += [f"p_{key[:length]}" for length in range(1, len(key) + 1)]
    if second.strip():
        words.append(f"f_{_joined(second)}")
    if due_day is not None:
        words += (OPEN, f"d_{due_day}")
    return " ".join(dict.fromkeys((*words, *folded, *typed)))


def _joined(text: str) -> str:
    """Return only the ASCII letters and digits: what the tokenizer keeps in one piece."""
    return "".join(char for char in text if char.isascii() and char.isalnum())
