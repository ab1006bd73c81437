"""The text of a code, told apart: chip card, health card, one of our forms, or unknown."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from officer_console.codes import fields
from officer_console.codes.cards import CitizenCard, Fault, HealthCard, citizen, health
from officer_console.codes.forms import FormCode, MacCheck, form

# No code holds more; beyond it nothing is looked at.
_LIMIT = 8192
_CARD_SEPARATORS = 5
_KINDS = {CitizenCard: "citizen-card", HealthCard: "health-card", FormCode: "form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    r"""A code that is none of ours to understand; bytes that are no UTF-8 stand in ``text`` as ``\xNN``.

    ``fault``: what about it no card says, where it is laid out like one.
    """

    text: str
    fault: Fault | None = field(default=None, compare=False)


Payload = CitizenCard | HealthCard | FormCode | Unknown


def read(data: bytes, *, check: MacCheck | None = None, today: date | None = None) -> Payload:
    """Tell what the bytes of a code say; never raises, and guesses nothing: what is not whole is `Unknown`.

    ``check`` decides whether a form's MAC is genuine, ``today`` whether somebody is born yet. Byte order marks,
    invisible characters, and line ends around the text are ignored; control characters within are of no card.
    """
    try:
        text = data.decode("utf-8") if len(data) <= _LIMIT else ""
    except UnicodeDecodeError:
        text = ""
    parts = [fields.clean(part) for part in text.split("|")]
    found: CitizenCard | HealthCard | FormCode | Fault | None
    if len(parts) > 1 and not text.isprintable() and _controls(text):
        found = Fault.LETTERS
    elif len(parts) == 1:
        found = form(parts[0], check)
    elif parts[-1].endswith("$"):
        last = parts.pop().removesuffix("$").rstrip()
        found = health([*parts, last] if last else parts, today)
    else:
        found = citizen(parts, today)
    if found is None or isinstance(found, Fault):
        return Unknown(text=data.decode("utf-8", "backslashreplace"), fault=found)
    return found


def _controls(text: str) -> bool:
    """Whether there are control characters within ``text``; what may stand around it is no matter."""
    places = [at for at, char in enumerate(text) if unicodedata.category(char) not in ("Cc", "Cf", "Zs")]
    return any(unicodedata.category(char) == "Cc" for char in text[places[0] : places[-1]]) if places else False


def spoiled(payload: Payload) -> bool:
    """Whether a code that says nothing has a card's shape: its letters were lost or changed on the way."""
    return isinstance(payload, Unknown) and payload.text.count("|") >= _CARD_SEPARATORS


def kind(payload: Payload) -> str:
    """Return the name of what was read: ``citizen-card``, ``health-card``, ``form`` or ``unknown``."""
    return _KINDS.get(type(payload), "unknown")
