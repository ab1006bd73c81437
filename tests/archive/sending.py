"""A desk in a process of its own, for being killed: signs in and runs one round over a store that is there.

Arguments: central's address, the desk's folder, user name, offices (parted by commas).
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from officer_console.store.store import Store
from officer_console.sync.engine import SyncEngine
from tests.central.process import PASSWORD
from tests.faults.workplace import KEY, client


def now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    url, folder, username, scopes = sys.argv[1:]
    central = client(url)
    officer = central.sign_in(username, PASSWORD, "desk-1")
    engine = SyncEngine(
        Store.open(Path(folder) / "store.db", KEY, clock=now),
        central,
        tuple(scopes.split(",")),
        officer_id=officer.id,
        clock=now,
        source=random.Random(1),
        announce=lambda _: None,
        progress=lambda _: None,
    )
    engine.run_once(lambda: False)
    sys.stdin.read()


main()
