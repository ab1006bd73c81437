"""The text of a code, told apart: chip card, health card, one of our forms, or unknown."""

from __future__ import annotations

from dataclasses import dataclass

from officer_console.codes import fields
from officer_console.codes.cards import CitizenCard, HealthCard, citizen, health
from officer_console.codes.forms import FormCode, MacCheck, form

# No code holds more; beyond it nothing is looked at.
_LIMIT = 8192
_KINDS = {CitizenCard: "citizen-card", HealthCard: "health-card", FormCode: "form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    r"""A code that is none of ours to understand; bytes that are no UTF-8 stand in ``text`` as ``\xNN``."""

    text: str


Payload = CitizenCard | HealthCard | FormCode | Unknown


def read(data: bytes, *, check: MacCheck | None = None) -> Payload:
    """Tell what the bytes of a code say; never raises, and guesses nothing: what is not whole is `Unknown`.

    ``check`` decides whether a form's MAC is genuine. Byte order marks, line ends and invisible characters are ignored.
    """
    try:
        text = data.decode("utf-8") if len(data) <= _LIMIT else ""
    except UnicodeDecodeError:
        text = ""
    parts = [fields.clean(part) for part in text.split("|")]
    found: CitizenCard | HealthCard | FormCode | None
    if len(parts) == 1:
        found = form(parts[0], check)
    elif parts[-1].endswith("$"):
        last = parts.pop().removesuffix("$").rstrip()
        found = health([*parts, last] if last else parts)
    else:
        found = citizen(parts)
    return found or Unknown(text=data.decode("utf-8", "backslashreplace"))


def kind(payload: Payload) -> str:
    """Return the name of what was read: ``citizen-card``, ``health-card``, ``form`` or ``unknown``."""
    return _KINDS.get(type(payload), "unknown")
