"""A desk with its sync thread in a process of its own, for clocks that are set wrong while it works.

Arguments: central's address, the folder of its store, user name, password. It says ``ready``. For each line ``ID`` on
standard input it decides that dossier and says the op_id, for ``time`` its time, for ``next`` when it tries
again (``None``: at once). It ends when standard input does and says ``ended``.
"""

from __future__ import annotations

import random
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from officer_console.background.news import News
from officer_console.background.sync_thread import SyncThread
from officer_console.central.client import CentralClient
from officer_console.central.session import CentralSession
from officer_console.domain.decision import Ticks, Verdict
from officer_console.ids import uuid7
from officer_console.services.decide import Decide, Draft
from officer_console.store.store import Store
from officer_console.sync.engine import SyncEngine

KEY = bytes(range(32))
POLL_SECONDS = 2.0


def now() -> datetime:
    return datetime.now(UTC)


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    url, folder, username, password = sys.argv[1:]
    client = CentralClient(CentralSession(url, ca_bundle=None, new_id=lambda: str(uuid.uuid4())))
    officer = client.sign_in(username, password, "desk-1")
    store = Store.open(Path(folder) / "store.db", KEY, clock=now)
    source = random.Random(1)
    sync = SyncThread(
        store,
        News(),
        make_engine=lambda announce, progress: SyncEngine(
            store,
            client,
            officer.scopes,
            officer_id=officer.id,
            clock=now,
            source=source,
            announce=announce,
            progress=progress,
        ),
        reconnect=lambda: True,
        clock=now,
        poll_seconds=POLL_SECONDS,
        source=source,
    )
    decide = Decide(
        store,
        officer,
        clock=now,
        new_id=lambda: uuid7(now(), random.SystemRandom().randbytes),
        recorded=sync.wake,
    )
    sync.start()
    say("ready")
    for line in sys.stdin:
        if line == "time\n":
            say(now().isoformat())
            continue
        if line == "next\n":
            with store.read() as tx:
                say(str(tx.outbox.next_due()))
            continue
        with store.read() as tx:
            about = tx.dossiers.get(line.strip())
        if about is None:
            raise LookupError(line)
        decision = decide.record(
            Draft(
                dossier_id=about.id,
                base_version=about.version,
                verdict=Verdict.VALID,
                ticks=Ticks(original_compared=True, signed_form_received=True),
            )
        )
        say(decision.op_id)
    sync.stop()
    store.close()
    say("ended")


main()
