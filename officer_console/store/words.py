"""The words under which a dossier stands in the full-text tables; every search criterion is a few of them.

Facets carry an underscore, which no word of a name can: ``_a`` every dossier, ``o_`` open, ``d_N`` due on day N (open ones),
``s_``/``k_`` status and kind, ``n_`` the number's first segment, ``p_`` each beginning of it, ``f_`` its second segment,
``c_`` the social code. A name gives its folded words, its words with marks where they differ, and every two of its folded
words together (``dang__van``): two common words would be two long posting lists to intersect, their pair is a short one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from officer_console.domain.names import fold, tone_unified

ALL = "_a"
OPEN = "o_"

_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
LONGEST_NUMBER = 12
# Words of a name that count; far more than any name has, so that a hostile one cannot fill the index.
LONGEST_NAME = 24


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
    return folded[:LONGEST_NAME], typed[:LONGEST_NAME]


def pairs(folded: Sequence[str]) -> list[str]:
    """Return the words for every two of ``folded`` (distinct), whichever comes first; a single word gives none."""
    return [f"{one}__{other}" for one, other in combinations(sorted(folded), 2)]


def text_of(number_: str, kind_: str, status_: str, social_code: str, full_name: str) -> str:
    """Return the words of one dossier as the queue of open ones has them."""
    folded, typed = name(full_name)
    first, _, second = number_.partition("/")
    key = _joined(first)[:LONGEST_NUMBER]
    found = [ALL, f"s_{status_}", f"k_{kind_}", f"n_{key}", f"c_{_joined(social_code)}", *folded]
    found += [f"p_{key[:end]}" for end in range(1, len(key) + 1)]
    found += pairs(folded)
    found += [word for word in typed if word not in folded]
    if second:
        found.append(f"f_{_joined(second)}")
    return " ".join(found)


def text_with_due(text: str, due_day: int) -> str:
    """Return the words of an open dossier as the table of all dossiers has them: ``text`` and that it is open, and due."""
    return f"{text} {OPEN} d_{due_day}"


def _joined(text: str) -> str:
    """Return only the ASCII letters and digits: what the tokenizer keeps in one piece."""
    if text.isascii() and text.isalnum():
        return text
    return "".join(char for char in text if char.isascii() and char.isalnum())
