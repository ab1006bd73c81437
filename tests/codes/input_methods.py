"""Telex and VNI as a keyboard hook does them: made for tests, and knowing nothing of how the program undoes them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
VNI_SHAPES = {"6": ("\u0302", "aeo"), "7": ("\u031b", "ou"), "8": ("\u0306", "a"), "9": ("đ", "d")}
TONES = "\u0300\u0301\u0303\u0309\u0323"
VOWELS = "aeiouy"


def plain(char: str) -> str:
    return {"đ": "d", "Đ": "D"}.get(char) or unicodedata.normalize("NFD", char)[0]


def shapes(char: str) -> str:
    """Return the marks of ``char`` other than its tone."""
    if char in "đĐ":
        return "đ"
    return "".join(mark for mark in unicodedata.normalize("NFD", char)[1:] if mark not in TONES)


def tone(char: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFD", char)[1:] if mark in TONES)


def made(char: str, *, shape: str, accent: str) -> str:
    base = plain(char)
    if shape == "đ":
        return "Đ" if base.isupper() else "đ"
    return unicodedata.normalize("NFC", base + shape + accent)


@dataclass
class Hook:
    """Turns the keys a scanner sends into the keys a program sees; ``vni`` or Telex.

    ``free``: a key may act over letters in between. ``joins``: letters that come with marks belong to the word.
    """

    vni: bool
    free: bool = True
    joins: bool = False
    seen: list[str] = field(default_factory=list)
    word: list[str] = field(default_factory=list)
    off: bool = False

    def type(self, text: str) -> list[str]:
        for key in text:
            if not self._acts(key):
                self._plainly(key)
        return self.seen

    def _plainly(self, key: str) -> None:
        self.seen.append(key)
        if key.isalpha() and (key.isascii() or self.joins):
            self.word.append(key)
        else:
            self.word, self.off = [], False

    def _change(self, at: int, to: str) -> None:
        self.seen += ["\b"] * (len(self.word) - at)
        self.word[at] = to
        self.seen += self.word[at:]

    def _acts(self, key: str) -> bool:
        if self.off or not self.word:
            return self._lone(key)
        low = key.lower()
        accent = (VNI_TONES if self.vni else TELEX_TONES).get(low)
        if accent is not None:
            return self._tone(key, accent)
        if low == ("0" if self.vni else "z"):
            return self._bare()
        if self.vni:
            return low in VNI_SHAPES and self._shape(key, dict.fromkeys(VNI_SHAPES[low][1], VNI_SHAPES[low][0]))
        if low in "aeo":
            return self._shape(key, {low: "\u0302"})
        if low == "d":
            return self._shape(key, {"d": "đ"})
        return low == "w" and (self._shape(key, {"a": "\u0306", "o": "\u031b", "u": "\u031b"}) or self._lone(key))

    def _lone(self, key: str) -> bool:
        if self.vni or self.off or key not in "wW[]":
            return False
        char = {"w": "ư", "W": "Ư", "[": "ơ", "]": "ư"}[key]
        self.seen.append(char)
        self.word.append(char)
        return True

    def _reach(self) -> list[int]:
        places = list(range(len(self.word)))[::-1]
        return places if self.free else places[:1]

    def _tone(self, key: str, accent: str) -> bool:
        at = next((at for at in self._reach() if plain(self.word[at]).lower() in VOWELS), None)
        if at is None:
            return False
        char = self.word[at]
        if tone(char) == accent:
            self._undo(at, made(char, shape=shapes(char), accent=""), key)
        else:
            self._change(at, made(char, shape=shapes(char), accent=accent))
        return True

    def _bare(self) -> bool:
        at = next((at for at in self._reach() if tone(self.word[at])), None)
        if at is None:
            return False
        self._change(at, made(self.word[at], shape=shapes(self.word[at]), accent=""))
        return True

    def _shape(self, key: str, wanted: dict[str, str]) -> bool:
        at = next((at for at in self._reach() if plain(self.word[at]).lower() in wanted), None)
        if at is None:
            return False
        char = self.word[at]
        shape = wanted[plain(char).lower()]
        if shapes(char) == shape:
            self._undo(at, made(char, shape="", accent=tone(char)), key)
        else:
            self._change(at, made(char, shape=shape, accent=tone(char)))
        return True

    def _undo(self, at: int, to: str, key: str) -> None:
        self._change(at, to)
        self.seen.append(key)
        self.word.append(key)
        self.off = True
        if not key.isalpha():
            self.word = []


def left(keys: list[str]) -> str:
    """Return what stands after ``keys``."""
    text = ""
    for key in keys:
        text = text[:-1] if key == "\b" else text + key
    return text
