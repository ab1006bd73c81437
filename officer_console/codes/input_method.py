"""What Vietnamese input methods (Telex, VNI; Unikey and its kin) make of a code, undone where only one origin fits.

They swallow a key, delete the letters before it and type them anew with a mark. Where these deletions were seen, it is
known where the key stood; where only the outcome was seen, nothing but a health card's hexadecimal fields tells.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby, product
from math import prod

from officer_console.codes import payloads
from officer_console.codes.cards import HealthCard
from officer_console.codes.payloads import Payload, Unknown
from officer_console.domain.names import fold

BACKSPACE = "\b"
_HORN, _BREVE, _HAT, _STROKE = "\u031b", "\u0306", "\u0302", "\u0335"
_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_TONES = frozenset((_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT))
_TAKEN = frozenset("aeiouydw[]{}")
_ORIGINS_LIMIT = 256
_PARTIALS_LIMIT = 2000


class _Method(StrEnum):
    TELEX = "telex"
    VNI = "vni"


_KEYS = {
    _Method.TELEX: {
        _GRAVE: "f",
        _ACUTE: "s",
        _TILDE: "x",
        _HOOK: "r",
        _DOT: "j",
        _HORN: "w",
        _BREVE: "w",
        _STROKE: "d",
    },
    _Method.VNI: {
        _GRAVE: "2",
        _ACUTE: "1",
        _TILDE: "4",
        _HOOK: "3",
        _DOT: "5",
        _HORN: "7",
        _BREVE: "8",
        _STROKE: "9",
        _HAT: "6",
    },
}
_TONE_OFF = {_Method.TELEX: "z", _Method.VNI: "0"}
# Telex makes these letters of one key, without a letter before it.
_LONE = {"ư": ("w", "]"), "Ư": ("W", "}"), "ơ": ("[",), "Ơ": ("{",)}


@dataclass(slots=True)
class _Slot:
    """A key that was pressed: what shows of it now, and which keys it may have been under each method."""

    shows: str
    keys: dict[_Method, tuple[str, ...]]


def shown(keys: Iterable[str]) -> str:
    """Return the text that stands after ``keys``, in NFC."""
    left: list[str] = []
    for key in keys:
        if key == BACKSPACE:
            del left[-1:]
        else:
            left += key
    return unicodedata.normalize("NFC", "".join(left))


def interfered(keys: Sequence[str]) -> bool:
    """Whether an input method had its hand in: something was deleted, or put in more than one character at once."""
    return any(key == BACKSPACE or len(unicodedata.normalize("NFC", key)) > 1 for key in keys)


def can_touch(text: str) -> bool:
    """Whether an input method can have changed ``text``: our own forms' codes have none of the letters it takes."""
    return any(_base(char) in _TAKEN for char in text)


def spoiled(payload: Payload, text: str) -> bool:
    """Whether ``text``, although read as ``payload``, may not be what the scanner sent.

    A health card's code is ASCII, but VNI may have taken out a tone's digit and the 0 that takes the tone off again:
    only where nothing VNI acts on is left, and where the card could be read with them, too.
    """
    if not isinstance(payload, HealthCard):
        return False
    if not all(char.isascii() or char in _PLAIN_EXTRA for char in text):
        return True
    fields = [text.split("|")[field].lower() for field in _HEX_FIELDS]
    return not any(map(_VNI_PAIR.search, fields)) and any(len(_with_digits(field)) > 1 for field in fields)


def origin(keys: Sequence[str]) -> str | None:
    """Return the text of the card or form the scanner sent, or ``None`` unless it can have been one only.

    A health card's check string, which nothing reads, is left out (``-``) where it alone cannot be told.
    """
    if BACKSPACE in keys:
        return _only(_replayed(keys))
    return _only(_unhexed_origins(shown(keys)))


def _only(texts: Iterable[str] | None) -> str | None:
    """Return the one text among ``texts`` that is a card or form of ours; texts that say the same are one."""
    if texts is None:
        return None
    said: dict[Payload, list[str]] = {}
    for text in texts:
        payload = payloads.read(text.encode("utf-8", "replace"))
        if not isinstance(payload, Unknown):
            what = replace(payload, check=None) if isinstance(payload, HealthCard) else payload
            said.setdefault(what, []).append(text)
    if len(said) != 1:
        return None
    (same,) = said.values()
    return same[0] if len(set(same)) == 1 else _without_check(same[0])


def _without_check(text: str) -> str:
    parts = text.split("|")
    return "|".join((*parts[:13], "-", "$"))


def _replayed(keys: Sequence[str]) -> Iterator[str] | None:
    """Return every text whose keys, under one method, can have given these; ``None`` when no method does this."""
    slots: list[_Slot] = []
    chars = [key if key == BACKSPACE else unicodedata.normalize("NFC", key) for key in keys]
    if any(len(char) != 1 for char in chars):
        return None
    at = 0
    while at < len(chars):
        char = chars[at]
        if char != BACKSPACE:
            slots.append(_Slot(char, dict.fromkeys(_Method, (char,))))
            slots[-1].keys[_Method.TELEX] += _LONE.get(char, ())
            at += 1
            continue
        run = next((index for index in range(at, len(chars)) if chars[index] != BACKSPACE), len(chars)) - at
        visible = [slot for slot in slots if slot.shows][-run:]
        anew = chars[at + run : at + 2 * run]
        if not _typed_anew(visible, anew, run):
            return None
        slots.append(_swallowed(visible, anew))
        for slot, char in zip(visible, anew, strict=True):
            slot.shows = char
        at += 2 * run
    return _combined(slots)


def _typed_anew(visible: Sequence[_Slot], anew: Sequence[str], run: int) -> bool:
    if len(visible) != run or len(anew) != run or BACKSPACE in anew:
        return False
    return all(
        slot.shows.isalpha() and _base(slot.shows) == _base(char) for slot, char in zip(visible, anew, strict=True)
    )


def _base(char: str) -> str:
    return fold(char)


def _marks(char: str) -> list[str]:
    if char in "đĐ":
        return [_STROKE]
    return [mark for mark in unicodedata.normalize("NFD", char) if unicodedata.combining(mark)]


def _swallowed(visible: Sequence[_Slot], anew: Sequence[str]) -> _Slot:
    """Return the key that changed the letters' marks; none where a mark only moved, or was taken off by a key seen."""
    old = Counter(mark for slot in visible for mark in _marks(slot.shows))
    new = Counter(mark for char in anew for mark in _marks(char))
    added, removed = set(new - old), set(old - new)
    keys: dict[_Method, tuple[str, ...]] = {}
    for method in _Method:
        if not added:
            keys[method] = ("", _TONE_OFF[method]) if removed & _TONES else ("",)
            continue
        found = [_key(method, mark, visible, anew) for mark in sorted(added)]
        # One key gives one mark: two at once are none of its doings.
        keys[method] = tuple(dict.fromkeys(found[0])) if len(found) == 1 else ()
    return _Slot("", keys)


def _key(method: _Method, mark: str, visible: Sequence[_Slot], anew: Sequence[str]) -> tuple[str, ...]:
    marked = next(
        (char for slot, char in zip(visible, anew, strict=True) if mark in set(_marks(char)) - set(_marks(slot.shows))),
        anew[0],
    )
    key = _base(marked) if method is _Method.TELEX and mark == _HAT else _KEYS[method][mark]
    # Capitals inside a word stand only in words all of capitals.
    return (key, key.upper()) if visible[-1].shows.isupper() else (key,)


def _combined(slots: Sequence[_Slot]) -> Iterator[str] | None:
    choices = [[slot.keys[method] for slot in slots] for method in _Method]
    if any(prod(map(len, options)) > _ORIGINS_LIMIT for options in choices):
        return None
    return ("".join(choice) for options in choices for choice in product(*options))


_VNI_PAIR = re.compile("[ae][1-6]|a8|d9")
_HEX_FIELDS = (1, 4, 10)
_CHECK_FIELD = 13
_HEALTH_FIELDS = 15
_PLAIN_EXTRA = "\u2010\u2011\u2012\u2013\u2014\u2015"
_HEX = frozenset("0123456789abcdef")


def _unhexed_origins(text: str) -> Iterator[str] | None:
    """Return every health card that Telex can have turned into ``text``.

    VNI swallows digits and leaves no trace of some; it is ruled out by ``e1b``, the first byte and a half of most
    Vietnamese letters, of which it would have made é (and e11b, to keep it, is no UTF-8).
    """
    parts = text.strip().split("|")
    if (
        len(parts) != _HEALTH_FIELDS
        or parts[-1] != "$"
        or not any("e1b" in parts[field].lower() for field in _HEX_FIELDS)
    ):
        return None
    plain = [part for at, part in enumerate(parts) if at not in (*_HEX_FIELDS, _CHECK_FIELD)]
    if not all(char.isascii() or char in _PLAIN_EXTRA for part in plain for char in part):
        return None
    choices = [[part] for part in parts]
    for field in _HEX_FIELDS:
        if parts[field] not in ("", "-"):
            choices[field] = _hex_origins(parts[field].lower())
    if not parts[_CHECK_FIELD].isascii():
        choices[_CHECK_FIELD] = ["-"]
    return ("|".join(choice) for choice in product(*choices))


def _grown(begun: set[str], pieces: Iterable[str]) -> set[str]:
    return {grown for piece in pieces for start in begun if _text_begins(grown := start + piece)}


def _with_digits(seen: str) -> set[str]:
    """Return ``seen`` and all it can have been with a tone and its end swallowed behind a vowel, read as text."""
    partial = {""}
    for letters, run in groupby(seen, key=str.isalpha):
        piece = "".join(run)
        pieces = {piece}
        first = next((at for at, char in enumerate(piece, start=1) if char in "ae"), 0) if letters else 0
        if first:
            spots = range(first, len(piece) + 1)
            pieces |= {
                piece[:on] + tone + piece[on:off] + "0" + piece[off:]
                for on in spots
                for off in spots
                if on <= off
                for tone in "12345"
            }
        partial = _grown(partial, pieces)
        if len(partial) > _PARTIALS_LIMIT:
            break
    return {text for text in partial if len(text) % 2 == 0 and _whole(text)} | {seen}


def _hex_origins(seen: str) -> list[str]:
    """Return the hexadecimal writings of text that Telex can have turned into ``seen``; nothing when too many."""
    partial = {""}
    for letters, run in groupby(seen, key=str.isalpha):
        piece = "".join(run)
        pieces = _run_origins(piece) if letters else {piece}
        partial = _grown(partial, pieces)
        if len(partial) > _PARTIALS_LIMIT:
            return []
    return sorted(origin for origin in partial if len(origin) % 2 == 0 and _whole(origin))


def _run_origins(run: str) -> set[str]:
    """Return what letters without a digit between them can have been: each swallowed key anywhere behind its letter."""
    states: set[tuple[str, tuple[str, ...]]] = {("", ())}
    for char in run:
        marks, base = _marks(char), _base(char)
        keys = tuple(base if mark == _HAT else _KEYS[_Method.TELEX][mark] for mark in marks)
        if not _HEX.issuperset((base, *keys)):
            return set()
        written = {base, base * 2} if _acts(base, states) else {base}
        states = {
            state
            for done, pending in states
            for piece in written
            for state in _settling(done + piece, tuple(sorted((*pending, *keys))))
        }
        if len(states) > _PARTIALS_LIMIT:
            return set()
    return {done for done, pending in states if not pending}


def _acts(key: str, states: set[tuple[str, tuple[str, ...]]]) -> bool:
    """Whether ``key``, seen as itself, can be the second of two, which takes the first one's mark off again."""
    before = {char for done, _ in states for char in done}
    return key in before if key in "aed" else key == "f" and bool(before & {"a", "e"})


def _settling(done: str, pending: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the ways to write none, some or all of the ``pending`` keys here, in any order."""
    yield done, pending
    for at, key in enumerate(pending):
        yield from _settling(done + key, pending[:at] + pending[at + 1 :])


def _text_begins(hexadecimal: str) -> bool:
    data = bytes.fromhex(hexadecimal[: len(hexadecimal) // 2 * 2])
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return all((char.isprintable() and not char.isspace()) or char == " " for char in text)


def _whole(hexadecimal: str) -> bool:
    try:
        bytes.fromhex(hexadecimal).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
