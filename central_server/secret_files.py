"""Secrets that the operator keeps in files: a command line and an environment can be read by others."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

_LIMIT = 4096
# As PostgreSQL has it: a file of root's may be readable by the group of the one who is to read it.
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_MAY_WITH_ROOTS = stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO


class SecretFileError(ValueError):
    """A file of a secret cannot be used; the message says which and why, never what stands in it."""


def read_secret(path: Path) -> str:
    """Return what stands in the file, one line of ASCII, without the line's end.

    SMTP's AUTH of the standard library and HTTP headers carry no other signs.

    Raises:
        SecretFileError: it cannot be read, others may read it (POSIX), or it is not one line of ASCII.
    """
    try:
        with path.open("rb") as file:
            seen = os.fstat(file.fileno())
            data = file.read(_LIMIT + 1)
    except OSError as error:
        raise SecretFileError(f"{path}: {error.strerror}") from None
    if sys.platform != "win32":
        forbidden = _OTHERS_MAY_WITH_ROOTS if seen.st_uid == 0 else _OTHERS_MAY
        if seen.st_mode & forbidden:
            raise SecretFileError(f"{path}: others may read it; chmod 600 it")
    secret = data.decode("latin-1").removesuffix("\n").removesuffix("\r")
    if not secret or not secret.isascii() or not secret.isprintable() or len(data) > _LIMIT:
        raise SecretFileError(f"{path}: one line of ASCII expected")
    return secret
