"""A desk in a process of its own, for being killed: signs in, fetches, records one decision, says so, then sends.

Arguments: central's address, the profiles folder, user name, password, dossier id.
"""

from __future__ import annotations

import random
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from officer_console.central.client import CentralClient
from officer_console.central.session import CentralSession
from officer_console.domain.decision import Ticks, Verdict
from officer_console.ids import uuid7
from officer_console.services.decide import Decide, Draft
from officer_console.services.sign_in import SignIn
from officer_console.sync.engine import SyncEngine


def now() -> datetime:
    return datetime.now(UTC)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    url, profiles, username, password, dossier_id = sys.argv[1:]
    client = CentralClient(CentralSession(url, ca_bundle=None, new_id=lambda: str(uuid.uuid4())))
    session = SignIn(client, Path(profiles), device_id="desk-1", clock=now).sign_in(username, password)
    engine = SyncEngine(
        session.store,
        client,
        session.officer.scopes,
        officer_id=session.officer.id,
        clock=now,
        source=random.Random(1),
        announce=lambda _: None,
        progress=lambda _: None,
    )
    engine.run_once(lambda: False)
    with session.store.read() as tx:
        dossier = tx.dossiers.get(dossier_id)
    if dossier is None:
        raise LookupError(dossier_id)
    decide = Decide(
        session.store,
        session.officer,
        clock=now,
        new_id=lambda: uuid7(now(), random.SystemRandom().randbytes),
        recorded=lambda: say("recorded"),
    )
    decide.record(
        Draft(
            dossier_id=dossier_id,
            base_version=dossier.version,
            verdict=Verdict.VALID,
            ticks=Ticks(original_compared=True, signed_form_received=True),
        )
    )
    engine.run_once(lambda: False)
    say("sent")
    sys.stdin.read()


main()
