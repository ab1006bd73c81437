"""What Vietnamese input methods (Telex, VNI; Unikey and its kin) make of a code, undone where only one origin fits.

They swallow a key, delete the letters before it and type them anew with a mark. Where these deletions were seen, it is
known where the key stood; where only the outcome was seen, nothing but a health card's hexadecimal fields tells.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from officer_console.codes import health_hex, payloads
from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.input_keys import HAT, KEYS, TONE_OFF, TONES, Method, base, marks, writable
from officer_console.codes.payloads import Payload, Unknown

BACKSPACE = "\b"
_TAKEN = frozenset("aeiouydw[]{}")
_ORIGINS_LIMIT = 256
# Telex makes these letters of one key, without a letter before it.
_LONE = {"ư": ("w", "]"), "Ư": ("W", "}"), "ơ": ("[",), "Ơ": ("{",)}


@dataclass(slots=True)
class _Slot:
    """A key that was pressed: what shows of it now, and which keys it may have been under each method."""

    shows: str
    keys: dict[Method, tuple[str, ...]]


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
    return any(base(char) in _TAKEN for char in text)


def origin(keys: Sequence[str]) -> str | None:
    """Return the text of the card or form the scanner sent, or ``None`` unless it can have been one only.

    A health card's check string, which nothing reads, is left out (``-``) where it alone cannot be told.
    """
    if BACKSPACE in keys:
        return _only(_replayed(keys))
    return _only(health_hex.origins(shown(keys)))


def _only(texts: Iterable[str] | None) -> str | None:
    """Return the one text among ``texts`` that is a card or form of ours; texts that say the same are one."""
    if texts is None:
        return None
    said: dict[Payload, list[str]] = {}
    for text in texts:
        payload = payloads.read(text.encode("utf-8", "replace"))
        if not isinstance(payload, Unknown) and all(map(writable, _own_words(payload))):
            what = replace(payload, check=None) if isinstance(payload, HealthCard) else payload
            said.setdefault(what, []).append(text)
    if len(said) != 1:
        return None
    (same,) = said.values()
    return same[0] if len(set(same)) == 1 else _without_check(same[0])


def _own_words(payload: Payload) -> str:
    """Return the name and the other free text of a card."""
    if isinstance(payload, HealthCard):
        return "".join((payload.full_name, payload.address or "", payload.guardian or ""))
    return payload.full_name + payload.address if isinstance(payload, CitizenCard) else ""


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
            slots.append(_Slot(char, dict.fromkeys(Method, (char,))))
            slots[-1].keys[Method.TELEX] += _LONE.get(char, ())
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
        slot.shows.isalpha() and base(slot.shows) == base(char) for slot, char in zip(visible, anew, strict=True)
    )


def _swallowed(visible: Sequence[_Slot], anew: Sequence[str]) -> _Slot:
    """Return the key that changed the letters' marks; none where a mark only moved, or was taken off by a key seen."""
    old = Counter(mark for slot in visible for mark in marks(slot.shows))
    new = Counter(mark for char in anew for mark in marks(char))
    added, removed = set(new - old), set(old - new)
    keys: dict[Method, tuple[str, ...]] = {}
    for method in Method:
        if not added:
            keys[method] = ("", TONE_OFF[method]) if removed & TONES else ("",)
            continue
        found = [_key(method, mark, visible, anew) for mark in sorted(added)]
        # One key gives one mark: two at once are none of its doings.
        keys[method] = tuple(dict.fromkeys(found[0])) if len(found) == 1 else ()
    return _Slot("", keys)


def _key(method: Method, mark: str, visible: Sequence[_Slot], anew: Sequence[str]) -> tuple[str, ...]:
    marked = next(
        (char for slot, char in zip(visible, anew, strict=True) if mark in set(marks(char)) - set(marks(slot.shows))),
        anew[0],
    )
    key = base(marked) if method is Method.TELEX and mark == HAT else KEYS[method][mark]
    # Capitals inside a word stand only in words all of capitals.
    return (key, key.upper()) if visible[-1].shows.isupper() else (key,)


def _combined(slots: Sequence[_Slot]) -> Iterator[str] | None:
    choices = [[slot.keys[method] for slot in slots] for method in Method]
    if any(prod(map(len, options)) > _ORIGINS_LIMIT for options in choices):
        return None
    return ("".join(choice) for options in choices for choice in product(*options))
