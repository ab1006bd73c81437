"""A PIN or password: bytes that can be wiped, and that no log and no message shows."""

from __future__ import annotations

import unicodedata


class Secret:
    """A PIN or password in UTF-8, in Unicode's composed form; empty once it is wiped.

    The text it was typed as is Qt's and Python's until they let go of it; everything after that is this one copy.
    """

    __slots__ = ("_bytes",)

    def __init__(self, text: str) -> None:
        self._bytes = bytearray(unicodedata.normalize("NFC", text).encode())

    def __len__(self) -> int:
        return len(self._bytes)

    def __repr__(self) -> str:
        return "Secret()"

    def view(self) -> memoryview:
        """Return the bytes without a copy; release it before :meth:`wipe`."""
        return memoryview(self._bytes).toreadonly()

    def wipe(self) -> None:
        """Overwrite and forget."""
        self._bytes[:] = bytes(len(self._bytes))
        self._bytes.clear()
