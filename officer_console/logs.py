"""The log file: codes and ids, never what a citizen declared."""

from __future__ import annotations

import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path


def start(folder: Path) -> Path:
    """Send the program's log to a rotating file (5 × 1 MB, UTC) in ``folder`` and return its path."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "officer-console.log"
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=4, encoding="utf-8")
    path.chmod(0o600)
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s %(message)s")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    for chatty in ("urllib3", "PIL", "alembic", "sqlalchemy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return path
