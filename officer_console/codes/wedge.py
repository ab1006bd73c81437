"""Tells a code scanner that types like a keyboard from an officer who types, by speed and closing key."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from officer_console.codes import health_hex, input_method, payloads
from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.lone_keys import doubtful_word
from officer_console.codes.payloads import Unknown

# A pause this long parts what was typed before from what a scanner sends, milliseconds; scanners stay far below.
_BREAK_MS = 120.0
# Most scanners send a character every 1–35 ms. People need 60 and more for one; two fingers of a roll come within
# 20–30, but no third one joins them. Clocks that tick every 16 ms are allowed for.
_MEAN_MS = 35.0
_GAP_MS = 45.0
_ROLL_MS = 15.0
_LEAST_CHARACTERS = 6
# Scanners set to be slow are told by their evenness: below what people need for a key on average, and no gap far from
# another one. A roll and the key behind it are further apart than this.
_EVEN_MEAN_MS = 60.0
_EVEN_SPREAD_MS = 25.0
_EVEN_KEYS = 4
# With a key among them that does something three are enough, evener still (one tick of a clock).
_EVEN_ACTING_KEYS = 3
_EVEN_ACTING_SPREAD_MS = 16.0
# In a field people do reach this speed for some letters.
_EVEN_LETTERS = 8
_LIMIT = 8192
ENDS = frozenset("\r\n\t")
# Stands for a key that writes nothing and does something: a function key, a letter with Ctrl or Alt.
COMMAND = "\0"
# What an input method deletes and types anew comes at once and counts as the one key that made it.
_INJECTED_MS = 2.0
_INJECTED = 14
_CONFIRMS = frozenset("\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """An officer typed ``text`` and closed it with Enter or Tab."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A scanner sent ``text``; ``repaired``: a Vietnamese input method had changed it and this was surely undone."""

    text: str
    repaired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbled:
    """A scanner sent something that a Vietnamese input method, or the keyboard's layout, has spoiled or may have.

    ``text`` is what came; ``doubtful`` the word in it of which it cannot be told what the card says.
    """

    text: str = field(default="", compare=False)
    doubtful: str | None = field(default=None, compare=False)


class Wedge:
    """Takes the keys of one box in their order; not for several threads."""

    def __init__(self) -> None:
        self._keys: deque[_Key] = deque(maxlen=_LIMIT)

    def key(self, text: str, at_ms: float) -> None:
        r"""Take what one key event gave and when, in milliseconds of any steady clock.

        ``\b`` is the key that deletes backwards; Enter and Tab (``ENDS``) end nothing by themselves, a code may hold
        them; `COMMAND` is a key that does something; more than one character is what an input method put in at once,
        none a key that only moves.
        """
        self._keys.append(_Key(text, at_ms))

    @property
    def quick(self) -> bool:
        """Whether the keys so far came as only a scanner sends them."""
        return _by_machine(_burst(self._keys), into_text=False)

    def close(self, *, into_text: bool = False) -> Typed | Scanned | Garbled:
        """Answer for the keys since the last answer, now that no more come, and begin anew.

        ``into_text``: letters went into a field, where they do no harm; only the keys that do are looked at, and those
        beside them. Otherwise nothing that came faster than people type was `Typed`. What reads as a card or a form of
        ours, or has a card's shape, was scanned however slowly it came.
        """
        keys = list(self._keys)
        self._keys.clear()
        burst = _burst(keys)
        written = _written(burst)
        if _by_machine(burst, into_text=into_text) or _is_code(input_method.shown(written)):
            return told(written)
        return Typed(text=input_method.shown(_written(keys)))

    def forget(self) -> None:
        """Begin anew: the box was emptied, or lost the keyboard."""
        self._keys.clear()


class _Key(NamedTuple):
    text: str
    at: float

    @property
    def acts(self) -> bool:
        return self.text == COMMAND or self.text in ENDS


def _burst(keys: Sequence[_Key]) -> list[_Key]:
    """Return the keys at the end between which there was no pause."""
    burst: list[_Key] = []
    for key in reversed(keys):
        if burst and not 0 <= burst[-1].at - key.at <= _BREAK_MS:
            break
        burst.append(key)
    return burst[::-1]


def _by_machine(burst: Sequence[_Key], *, into_text: bool) -> bool:
    # Outside fields a deletion is a key like any other: there is nothing an input method could type anew.
    points = _typed_anew(burst) if into_text else burst
    for at, first in enumerate(points):
        pair = points[at : at + 2]
        if pair == [first]:
            break
        gap = pair[1].at - first.at
        if gap < _ROLL_MS and (not into_text or any(key.acts for key in pair)):
            return True
        if gap <= _MEAN_MS and _nobodys(first, pair[1], into_text=into_text):
            return True
        if at + 2 < len(points) and (not into_text or any(key.acts for key in points[at : at + 3])):
            second = points[at + 2].at - pair[1].at
            if max(gap, second) <= _GAP_MS and gap + second <= 2 * _MEAN_MS:
                return True
    if _evenly(points, into_text=into_text):
        return True
    # What is left counts, not the keys: an input method's own backspaces take no time and make nobody a scanner.
    left = input_method.shown(_written(burst))
    return len(left) >= _LEAST_CHARACTERS and burst[-1].at - burst[0].at <= _MEAN_MS * len(left)


def _evenly(points: Sequence[_Key], *, into_text: bool) -> bool:
    """Whether some keys in a row came faster than people press keys, and as evenly as they never do."""
    gaps = [after.at - before.at for before, after in pairwise(points)]

    def even(first: int, keys: int, spread: float) -> bool:
        some = gaps[first : first + keys - 1]
        return len(some) == keys - 1 and sum(some) < _EVEN_MEAN_MS * len(some) and max(some) - min(some) <= spread

    if into_text:
        return any(even(first, _EVEN_LETTERS, _EVEN_SPREAD_MS) for first in range(len(gaps)))
    return any(
        even(first, _EVEN_KEYS, _EVEN_SPREAD_MS)
        or (
            even(first, _EVEN_ACTING_KEYS, _EVEN_ACTING_SPREAD_MS)
            and any(key.acts for key in points[first : first + _EVEN_ACTING_KEYS])
        )
        for first in range(len(gaps))
    )


def _is_code(text: str) -> bool:
    payload = payloads.read(text.encode("utf-8", "replace"))
    return not isinstance(payload, Unknown) or payloads.spoiled(payload)


def _nobodys(first: _Key, second: _Key, *, into_text: bool) -> bool:
    """Whether nobody rolls these two keys: one of them confirms or is a chord, or both leave the place."""
    if COMMAND in (first.text, second.text) or (first.acts and second.acts):
        return True
    return first.text in _CONFIRMS or (second.text in _CONFIRMS and not into_text)


def _typed_anew(burst: Sequence[_Key]) -> list[_Key]:
    """Return the keys a hand pressed: those with the deletions and letters of an input method are one."""
    points: list[_Key] = []
    at = 0
    while at < len(burst):
        end = at + 1
        while end < len(burst) and end - at < _INJECTED and not burst[end].acts:
            if burst[end].at - burst[end - 1].at > _INJECTED_MS:
                break
            end += 1
        group = burst[at:end]
        deleted = any(key.text == input_method.BACKSPACE for key in group)
        points += group[:1] if deleted and not group[0].acts else group
        at = end
    return points


def _written(keys: Iterable[_Key]) -> list[str]:
    """Return what the keys write, the closing ones left out."""
    texts = [key.text for key in keys if key.text and key.text != COMMAND]
    while texts and texts[-1] in ENDS:
        texts.pop()
    return texts


def told(keys: Sequence[str]) -> Scanned | Garbled:
    r"""Answer for what a scanner wrote key by key (``\b`` deletes), or for a text that stands in a field already."""
    text = input_method.shown(keys)
    word: str | None = None
    if not input_method.interfered(keys):
        payload = payloads.read(text.encode("utf-8", "replace"))
        word = doubtful_word(text) if isinstance(payload, CitizenCard) else None
        doubtful = isinstance(payload, HealthCard) and health_hex.doubtful(text)
        if not payloads.spoiled(payload) and not doubtful and word is None:
            return Scanned(text=text, repaired=False)
    elif input_method.BACKSPACE not in keys and not input_method.can_touch(text):
        return Scanned(text=text, repaired=False)
    origin = input_method.origin(keys)
    return Garbled(text=text, doubtful=word) if origin is None else Scanned(text=origin, repaired=True)
