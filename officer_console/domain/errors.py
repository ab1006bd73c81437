"""What the rules refuse. Errors carry a code and data, never a sentence (sentences live in ``views/messages.py``)."""

from __future__ import annotations


class RuleError(Exception):
    """The officer asked for something the rules forbid.

    ``code`` is a stable kebab-case name, ``field`` the field it belongs to (or ``None``),
    ``data`` values for the sentence, never personal data beyond what the officer already sees.
    """

    def __init__(self, code: str, *, field: str | None = None, **data: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.data = data
