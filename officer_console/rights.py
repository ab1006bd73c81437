"""Who may write to a file or folder that the program believes."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def others_write(path: Path) -> bool:
    """Whether anybody but its owner may write there; on Windows the folder's rights decide, which are not read.

    Raises:
        OSError: it is not there.
    """
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH))
