"""The keys of Telex and VNI and the marks they give; what can be written in the languages of Vietnam."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from officer_console.domain.names import fold

HORN, BREVE, HAT, STROKE = "\u031b", "\u0306", "\u0302", "\u0335"
GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
TONES = frozenset((GRAVE, ACUTE, TILDE, HOOK, DOT))
# Vietnamese marks, and the caron and the letters with strokes that Ê Đê, Gia Rai and Ba Na have besides.
_WRITTEN = TONES | {HORN, BREVE, HAT, "\u030c"}
_OTHER_LETTERS = frozenset("đĐƀɃ\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u02bc")


class Method(StrEnum):
    """The two ways to type Vietnamese."""

    TELEX = "telex"
    VNI = "vni"


KEYS = {
    Method.TELEX: {
        GRAVE: "f",
        ACUTE: "s",
        TILDE: "x",
        HOOK: "r",
        DOT: "j",
        HORN: "w",
        BREVE: "w",
        STROKE: "d",
    },
    Method.VNI: {
        GRAVE: "2",
        ACUTE: "1",
        TILDE: "4",
        HOOK: "3",
        DOT: "5",
        HORN: "7",
        BREVE: "8",
        STROKE: "9",
        HAT: "6",
    },
}
TONE_OFF = {Method.TELEX: "z", Method.VNI: "0"}


def base(char: str) -> str:
    """Return the small letter without marks; đ is d."""
    return fold(char)


def marks(char: str) -> list[str]:
    """Return the marks of a letter as combining characters."""
    if char in "đĐ":
        return [STROKE]
    return [mark for mark in unicodedata.normalize("NFD", char) if unicodedata.combining(mark)]


def writable(char: str) -> bool:
    """Whether ``char`` stands in a language of Vietnam: æ or Ƣ come of a digit that was none."""
    parts = unicodedata.normalize("NFD", char)
    return (parts[:1].isascii() and parts.isprintable() and _WRITTEN.issuperset(parts[1:])) or char in _OTHER_LETTERS
