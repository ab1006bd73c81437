"""The words under which a dossier stands in the full-text tables; every search criterion is a few of them.

Facets carry an underscore, which no word of a name can: ``_a`` every dossier, ``s_`` status, ``k_`` kind, ``n_`` the
number's first segment, ``p_`` each beginning of it, ``f_`` its second segment, ``c_`` the social code; ``x_`` status
and kind together, ``o_`` open, ``o_KIND`` open of a kind, ``d_N`` open and due on day N, ``g_`` the number of the paper
of who acts for a minor. A name gives its folded words, its words with marks where they differ, and every two folded
words and every two marked ones together (``dang__van``). What stands together is there for speed: two common words are
two long posting lists to intersect, the pair of them is one short list.

A table of its own has ``i_``, the number of the declared paper (``store/papers.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from officer_console.domain.names import fold, tone_unified

ALL = "_a"
OPEN = "o_"
# A word no dossier has.
NOBODY = "d_0"

_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
LONGEST_NUMBER = 12
# Far longer than any paper's number.
LONGEST_PAPER = 40
# Words of a name that count; far more than any name has, so that a hostile one cannot fill the index.
LONGEST_NAME = 24


def due(day: int) -> str:
    """Return the word of open dossiers due on ``day`` (ordinal)."""
    return f"d_{day}"


def opened(kind: str | None) -> str:
    """Return the word of open dossiers, of one ``kind`` or all."""
    return f"{OPEN}{kind or ''}"


def facets(status: str | None, kind: str | None) -> tuple[str, ...]:
    """Return the word a dossier of this status and kind must have; none when neither is asked for."""
    if status and kind:
        return (f"x_{status}_{kind}",)
    if status:
        return (f"s_{status}",)
    return (f"k_{kind}",) if kind else ()


def code(value: str) -> str:
    """Return the word of a social code; blanks do not count."""
    return f"c_{_joined(value)}"


def paper_key(number: str | None) -> str:
    """Return what of a paper's number is compared, letters and digits; empty without a number."""
    return _joined(number or "")[:LONGEST_PAPER].upper()


def paper(key: str) -> str:
    """Return the word of a paper's number, given its key."""
    return f"i_{key}"


def guardian(number: str) -> str:
    """Return the word of the number of a guardian's paper, or of its key."""
    return f"g_{paper_key(number)}"


def number_words(text: str, *, exact: bool) -> tuple[str, ...]:
    """Return the words a dossier must have for the typed ``text``: a beginning, a first segment, or a whole number.

    A number typed with its slash is meant exactly.
    """
    first, slash, second = text.partition("/")
    key = _joined(first)
    if not (exact or slash):
        return (f"p_{key}",)
    return (f"n_{key}", f"f_{_joined(second)}") if second.strip() else (f"n_{key}",)


@lru_cache(maxsize=1 << 14)
def _syllable(text: str) -> tuple[dict[str, None], dict[str, None]]:
    """Return the folded and the marked words of one blank-separated piece of a name, each once, in their order."""
    return dict.fromkeys(_WORD.findall(fold(text))), dict.fromkeys(_WORD.findall(tone_unified(text)))


def name(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (folded words, words as typed).

    The second holds marked words where marks were typed, folded ones elsewhere.
    """
    folded: dict[str, None] = {}
    typed: dict[str, None] = {}
    for piece in text.split():
        without_marks, with_marks = _syllable(piece)
        folded.update(without_marks)
        typed.update(with_marks)
    return tuple(folded)[:LONGEST_NAME], tuple(typed)[:LONGEST_NAME]


def marked(folded: Sequence[str], typed: Sequence[str]) -> list[str]:
    """Return the words that carry marks."""
    return [word for word in typed if word not in folded]


def pairs(distinct: Sequence[str]) -> list[str]:
    """Return the words for every two of the given ones, whichever comes first; a single word gives none."""
    return [f"{one}__{other}" for one, other in combinations(sorted(distinct), 2)]


def text_of(
    number: str, kind: str, status: str, social_code: str, full_name: str, guardian_key: str | None = None
) -> str:
    """Return the words of one dossier as the queue of open ones has them."""
    first, _, second = number.partition("/")
    key = _joined(first)[:LONGEST_NUMBER]
    found = [_common(status, kind), f"n_{key}", code(social_code)]
    if len(key) > 2:
        found.append(_beginnings(key[:-2]))
    found += [f"p_{key[:end]}" for end in range(max(len(key) - 1, 1), len(key) + 1)]
    if second:
        found.append(f"f_{_joined(second)}")
    if guardian_key:
        found.append(guardian(guardian_key))
    of_name = _of_name(full_name)
    if of_name:
        found.append(of_name)
    return " ".join(found)


@lru_cache(maxsize=1 << 14)
def _of_name(full_name: str) -> str:
    """Return the words of a name; many citizens have the same one."""
    folded, typed = name(full_name)
    found = [*folded, *pairs(folded)]
    if folded != typed:
        with_marks = marked(folded, typed)
        found += with_marks
        found += pairs(with_marks)
    return " ".join(found)


@lru_cache(maxsize=256)
def _common(status: str, kind: str) -> str:
    """Return the words of all dossiers of a status and kind."""
    return " ".join((ALL, *facets(status, kind), *facets(status, None), *facets(None, kind)))


@lru_cache(maxsize=1 << 12)
def _beginnings(key: str) -> str:
    """Return the words for each beginning of ``key``, itself among them; numbers that follow each other share them."""
    return " ".join(f"p_{key[:end]}" for end in range(1, len(key) + 1))


def text_with_due(text: str, kind: str, due_day: int) -> str:
    """Return the words of an open dossier as the table of all dossiers has them.

    ``text`` and that it is open, and due.
    """
    return f"{text} {OPEN} {opened(kind)} {due(due_day)}"


def _joined(text: str) -> str:
    """Return only the ASCII letters and digits: what the tokenizer keeps in one piece."""
    if text.isascii() and text.isalnum():
        return text
    return "".join(char for char in text if char.isascii() and char.isalnum())
