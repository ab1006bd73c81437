"""Vietnamese names: folding for search, telling likeness, and the order of Vietnamese lists."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

# Letters that Unicode does not decompose although they are a d with a stroke (Ð is what old fonts give for Đ).
_STROKED = {"đ": "d", "ð": "d", "ɖ": "d"}
# What keyboards and fonts give for an apostrophe and a hyphen: one writing of each stands for all.
APOSTROPHES = "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02ca\u02cb\u2018\u2019\u201b\u2032\u2035\uff07"
HYPHENS = "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_SIGNS = dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-")
# Letters by category, yet nothing to see.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_ONSETS = "ngh|ng|nh|ch|gh|kh|ph|th|tr|[bcdđghklmnprstvx]"
_TONES = "\u0300\u0309\u0303\u0301\u0323"
# The only rhymes for which both placements of the tone are legal, and only with nothing behind them.
_OPEN_RHYMES = {
    unicodedata.normalize("NFC", first + tone + second): unicodedata.normalize("NFC", first + second + tone)
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
}
_OLD_PLACEMENT = re.compile(
    rf"(?<![\w\u0300-\u036f])({_ONSETS})?({'|'.join(_OPEN_RHYMES)})(?![\w\u0300-\u036f])",
)
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: chr(0x61 + rank) for rank, letter in enumerate(_LETTERS)}
_TONE_RANK = {tone: str(rank) for rank, tone in enumerate(_TONES, start=1)}


class Likeness(StrEnum):
    """How far two names are the same, nearest first."""

    SAME = "same"
    DIACRITICS = "diacritics"
    SPELLING = "spelling"
    DIFFERENT = "different"


def _invisible(char: str) -> bool:
    return char in _FILLERS or (unicodedata.category(char) in ("Cc", "Cf") and not char.isspace())


class _FoldTable(dict[int, str]):
    """What each character folds to, worked out when it is first met; ``str.translate`` reads it."""

    def __missing__(self, code_point: int) -> str:
        before, folded = "", _SIGNS.get(chr(code_point), chr(code_point))
        while folded != before:
            before = folded
            decomposed = unicodedata.normalize("NFKD", folded.casefold())
            kept = (char for char in decomposed if unicodedata.category(char) != "Mn" and not _invisible(char))
            folded = "".join(_STROKED.get(char, char) for char in kept)
        self[code_point] = folded
        return folded


class _VisibleTable(dict[int, str]):
    """Each character as it is, signs in one writing, and nothing for those that do not show; filled as they are met."""

    def __missing__(self, code_point: int) -> str:
        char = chr(code_point)
        shown = "" if _invisible(char) else _SIGNS.get(char, char)
        self[code_point] = shown
        return shown


_FOLD = _FoldTable()
_VISIBLE = _VisibleTable()


def fold(text: str) -> str:
    """Return ``text`` for a search that ignores marks: lower case, no diacritics, đ as d, single spaces, trimmed.

    NFC and NFD give the same, and so do all apostrophes and all hyphens; zero-width and control characters vanish.
    Never raises.
    """
    return " ".join(text.translate(_FOLD).split())


def blank(text: str | None) -> bool:
    """Whether ``text`` shows nothing to a reader: missing, empty, or only spaces, zero-width signs, lone marks."""
    return text is None or not fold(text)


def tone_unified(text: str) -> str:
    """Return ``text`` with its marks in one canonical writing: NFC, lower case, single spaces, new tone placement.

    All apostrophes are ``'``, all hyphens ``-``. Old placement is rewritten only where both are legal, in open oa, oe,
    uy (``hòa`` → ``hoà``); hoàn, huệ, quý stay.
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_VISIBLE))
    spaced = " ".join(unicodedata.normalize("NFC", decomposed.casefold()).split())
    return _OLD_PLACEMENT.sub(lambda found: (found[1] or "") + _OPEN_RHYMES[found[2]], spaced)


def compare(a: str, b: str) -> Likeness:
    """Return how far the names ``a`` and ``b`` are the same; symmetric, never raises.

    ``same`` ignores spacing, case and tone placement; ``diacritics`` is equal after `fold`; ``spelling`` is one letter
    put in, left out, exchanged or swapped with its neighbour away. Quý and Quí are different names, one letter apart.
    """
    if tone_unified(a) == tone_unified(b):
        return Likeness.SAME
    folded_a, folded_b = fold(a), fold(b)
    if not folded_a or not folded_b:
        return Likeness.DIFFERENT
    if folded_a == folded_b:
        return Likeness.DIACRITICS
    return Likeness.SPELLING if _one_edit_apart(folded_a, folded_b) else Likeness.DIFFERENT


def _one_edit_apart(a: str, b: str) -> bool:
    """Whether two different strings are one Damerau edit apart (insert, delete, substitute, swap neighbours)."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    at = next((index for index, (left, right) in enumerate(zip(a, b, strict=False)) if left != right), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])


def sort_key(full_name: str) -> str:
    """Return a key whose plain string order is that of Vietnamese lists: by tên, then họ and chữ đệm.

    Letters go a ă â b c d đ e ê …, letters decide before tones, tones go none, huyền, hỏi, ngã, sắc, nặng.
    The key holds no NUL, so a database may store it and sort by bytes. Never raises.
    """
    words = tone_unified(full_name).split()
    given, rest = words[-1:], words[:-1]
    return "\x01".join((*_ranks(given), *_ranks(rest)))


@lru_cache(maxsize=1 << 12)
def _ranked(char: str) -> tuple[str, str]:
    """Return a letter as sortable characters, and its tone as a digit."""
    decomposed = unicodedata.normalize("NFD", char)
    tone = next((mark for mark in decomposed if mark in _TONE_RANK), "")
    letter = unicodedata.normalize("NFC", decomposed.replace(tone, "", 1) if tone else decomposed)
    plain = letter if letter in _LETTER_RANK else fold(letter) or letter
    return "".join(_LETTER_RANK.get(base, base) for base in plain), _TONE_RANK.get(tone, "0")


def _ranks(words: list[str]) -> tuple[str, str]:
    """Return the letters of ``words`` as sortable characters and their tones as digits, one per letter."""
    ranked = [_ranked(char) for char in "\x02".join(words)]
    return "".join(letters for letters, _ in ranked), "".join(tone for _, tone in ranked)
