"""Tells a code scanner that types like a keyboard from an officer who types, by speed and closing key."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from officer_console.codes import health_hex, input_method, payloads
from officer_console.codes.cards import HealthCard
from officer_console.codes.payloads import Unknown

# A pause this long parts what was typed before from what a scanner sends, milliseconds; scanners stay far below.
_BREAK_MS = 120.0
# Scanners send a character every 1–30 ms; the quickest typists need more than 60.
_MEAN_MS = 35.0
_LEAST_CHARACTERS = 6
# A key held down repeats as quickly as a scanner types, but says one thing only.
_LEAST_DIFFERENT = 4
_LIMIT = 8192
_ENDS = frozenset("\r\n\t")
_CARD_SEPARATORS = 5


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
    """A scanner sent something that a Vietnamese input method, or the keyboard's layout, has spoiled."""


class Wedge:
    """Takes the keys of one box in their order; not for several threads."""

    def __init__(self) -> None:
        self._keys: deque[tuple[str, float]] = deque(maxlen=_LIMIT)
        self._ended_at = float("-inf")

    def key(self, text: str, at_ms: float) -> Typed | Scanned | Garbled | None:
        r"""Take what one key event gave and when, in milliseconds of any steady clock; answer when Enter or Tab closes.

        ``\b`` is the key that deletes backwards; more than one character is what an input method put in at once. A
        second closing key right behind the first (CR and LF) gives nothing.
        """
        if text not in _ENDS:
            if text:
                self._keys.append((text, at_ms))
            return None
        keys, before, self._ended_at = list(self._keys), self._ended_at, at_ms
        self._keys.clear()
        if not keys and at_ms - before <= _BREAK_MS:
            return None
        burst = _burst(keys, at_ms)
        return _told(burst) if burst else Typed(text=input_method.shown([text for text, _ in keys]))

    def forget(self) -> None:
        """Begin anew: the box was emptied, or lost the keyboard."""
        self._keys.clear()


def _burst(keys: Sequence[tuple[str, float]], ended_at: float) -> list[str]:
    """Return the keys at the end that came as only a scanner sends them, up to the closing key; or none."""
    start, later = len(keys), ended_at
    while start > 0 and 0 <= later - keys[start - 1][1] <= _BREAK_MS:
        start -= 1
        later = keys[start][1]
    burst = [text for text, _ in keys[start:]]
    # What is left counts, not the keys: an input method's own backspaces take no time and make nobody a scanner.
    left = input_method.shown(burst)
    quick = ended_at - later <= _MEAN_MS * len(left)
    return burst if quick and len(left) >= _LEAST_CHARACTERS and len(set(left)) >= _LEAST_DIFFERENT else []


def _told(keys: Sequence[str]) -> Scanned | Garbled:
    text = input_method.shown(keys)
    if not input_method.interfered(keys):
        payload = payloads.read(text.encode("utf-8", "replace"))
        unread = isinstance(payload, Unknown) and text.count("|") >= _CARD_SEPARATORS
        doubtful = isinstance(payload, HealthCard) and health_hex.doubtful(text)
        if not unread and not doubtful:
            return Scanned(text=text, repaired=False)
    elif input_method.BACKSPACE not in keys and not input_method.can_touch(text):
        return Scanned(text=text, repaired=False)
    origin = input_method.origin(keys)
    return Garbled() if origin is None else Scanned(text=origin, repaired=True)
