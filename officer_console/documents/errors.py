"""What is wrong with a form definition, with the data for it, or with the machine's fonts. Codes, never sentences."""

from __future__ import annotations

from pathlib import Path


class DocumentError(Exception):
    """A document cannot be made.

    ``code`` is a stable kebab-case name; ``data`` are values for the sentence: field names and sizes, never what a
    citizen declared.
    """

    def __init__(self, code: str, **data: str | int) -> None:
        super().__init__(" ".join([code, *(f"{name}={value}" for name, value in data.items())]))
        self.code = code
        self.data = data


class DefinitionError(DocumentError):
    """A form definition does not hold; ``file`` and ``line`` (from 1) say where."""

    def __init__(self, code: str, file: Path, line: int, **data: str | int) -> None:
        super().__init__(code, **data)
        self.args = (f"{file}:{line}: {self.args[0]}",)
        self.file = file
        self.line = line
