"""A health card's hexadecimal fields after Telex: what they can have been, told from the outcome alone."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import groupby, product

from officer_console.codes.input_keys import HAT, KEYS, Method, base, marks, writable

_PARTIALS_LIMIT = 2000
_VNI_PAIR = re.compile("[ae][1-6]|a8|d9")
_HEX_FIELDS = (1, 4, 10)
_CHECK_FIELD = 13
_HEALTH_FIELDS = 15
_PLAIN_EXTRA = "\u2010\u2011\u2012\u2013\u2014\u2015"
_HEX = frozenset("0123456789abcdef")


def origins(text: str) -> Iterator[str] | None:
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


def doubtful(text: str) -> bool:
    """Whether a health card's ``text``, although it can be read, may not be what the scanner sent.

    It is ASCII, but VNI may have taken out a tone's digit and the 0 that takes the tone off again: only where nothing
    VNI acts on is left, and where the card could be read with them, too.
    """
    if not all(char.isascii() or char in _PLAIN_EXTRA for char in text):
        return True
    fields = [text.split("|")[field].lower() for field in _HEX_FIELDS]
    return not any(map(_VNI_PAIR.search, fields)) and any(len(_with_digits(field)) > 1 for field in fields)


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
        letter = base(char)
        keys = tuple(letter if mark == HAT else KEYS[Method.TELEX][mark] for mark in marks(char))
        if not _HEX.issuperset((letter, *keys)):
            return set()
        written = {letter, letter * 2} if _acts(letter, states) else {letter}
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
    return all(map(writable, text))


def _whole(hexadecimal: str) -> bool:
    try:
        bytes.fromhex(hexadecimal).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
