"""Words in which an ư may be a w that Telex made it of: one key, nothing deleted, so that nothing else tells.

In Vietnamese no consonant is written w; in the languages of the Central Highlands (Kwang, H'Wen, Ea Wy) and in signs of
places (W2, Waterfront) it is. So an ư is doubtful where a w could be a consonant and a Vietnamese syllable has no ư.
"""

from __future__ import annotations

import re
import unicodedata

from officer_console.domain.names import fold

_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
_ONSET = "ngh?|nh|ch|gi|gh?|kh|ph|th|tr|qu|[bcdđhlmnrstvx]"
# Without marks of tone on the ư: Telex makes none of a w.
_SYLLABLE = re.compile(rf"(?:{_ONSET})ư(?:[aiu]|[ơờớởỡợ](?:[ctpimu]|ng?)?)|ư(?:u|[ơờớởỡợ](?:[ctpm]|ng))")
_VOWELS = frozenset("aeiouy")


def doubtful_word(text: str) -> str | None:
    """Return the first word of ``text`` that may have had a w where it has an ư, or ``None``."""
    for found in _WORD.finditer(unicodedata.normalize("NFC", text)):
        word = found[0]
        if _doubtful(word.lower()):
            return word
    return None


def _doubtful(word: str) -> bool:
    if _SYLLABLE.fullmatch(word):
        return False
    letters = [fold(char) for char in word]
    for at, char in enumerate(word):
        beside = [*letters[max(at - 1, 0) : at], *letters[at + 1 : at + 2]]
        if char == "ư" and (word == "ư" or not _VOWELS.isdisjoint(beside)):
            return True
    return False
