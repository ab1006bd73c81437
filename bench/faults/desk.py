"""A desk in a process of its own: decides the dossiers it is given and sends, whatever the line does.

Arguments: central's address, the folder of its store, user name, a seed, a file with one dossier id per line. It says
``recorded OP_ID`` after each commit, ``left DOSSIER_ID`` when somebody else was first, ``done`` when all is settled.
Started again after its end it goes on where its store says it was.
"""

from __future__ import annotations

import random
import sys
import threading
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.faults import PASSWORD
from officer_console.background.senders import Senders
from officer_console.central.client import CentralClient
from officer_console.central.errors import CentralError
from officer_console.central.session import CentralSession
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement, Ticks, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Officer
from officer_console.ids import uuid7
from officer_console.services.decide import Decide, Draft
from officer_console.store.session import SavedSession
from officer_console.store.store import Store
from officer_console.sync.engine import SyncEngine

KEY = bytes(range(32))
STORE = "store.db"
CONNECT_SECONDS = 2.0
READ_SECONDS = 2.0
PAGE = 20
PICTURE_BYTES = (20_000, 90_000)
BETWEEN_TRIES_SECONDS = 0.05
# How many decisions may wait before the officer lets the line come first.
MAY_WAIT = (0, 2, 8, 20)


class Clock:
    """The time, put forward to the next try instead of waiting for it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the aware time."""
        return datetime.now(UTC) + self._ahead

    def forward_to(self, when: datetime) -> None:
        """Put the clock forward; never back."""
        self._ahead = max(self._ahead, when - datetime.now(UTC))


class Desk:
    """Store, client and engine of one officer."""

    def __init__(self, url: str, folder: Path, source: random.Random) -> None:
        """Open the store in ``folder``; ``source`` spreads the tries and draws the pictures."""
        self.clock = Clock()
        self.source = source
        self.store = Store.open(folder / STORE, KEY, clock=self.clock)
        session = CentralSession(
            url,
            ca_bundle=None,
            new_id=lambda: str(uuid.uuid4()),
            connect_seconds=CONNECT_SECONDS,
            read_least_seconds=READ_SECONDS,
        )
        self.client = CentralClient(session)
        self.senders = Senders()
        self._pause = threading.Event()

    def sign_in(self, username: str) -> None:
        """Sign in, as often as it takes."""
        officer = self._signed_in(username)
        self.client.keep_refresh_token(lambda token: self._keep(officer, token))
        self.engine = SyncEngine(
            self.store,
            self.client,
            officer.scopes,
            officer_id=officer.id,
            clock=self.clock,
            source=self.source,
            announce=lambda _: None,
            progress=lambda _: None,
            executor=self.senders,
            page_limit=PAGE,
        )
        self.deciding = Decide(self.store, officer, clock=self.clock, new_id=self.new_id, recorded=lambda: None)

    def _signed_in(self, username: str) -> Officer:
        while True:
            try:
                return self.client.sign_in(username, PASSWORD, "desk")
            except CentralError as error:
                if not error.passing:
                    raise
            self._pause.wait(BETWEEN_TRIES_SECONDS)

    def _keep(self, officer: Officer, token: str) -> None:
        with self.store.write() as tx:
            tx.session.put(SavedSession(officer=officer, refresh_token=token))

    def new_id(self) -> str:
        """Return a UUIDv7."""
        return uuid7(self.clock(), random.SystemRandom().randbytes)

    def round(self) -> bool:
        """Run a round; return whether it came to its end. What has to wait is due in the next one."""
        try:
            self.engine.run_once(lambda: False)
        except CentralError as error:
            if not error.passing:
                raise
            self._pause.wait(BETWEEN_TRIES_SECONDS)
            over = False
        else:
            over = True
        with self.store.read() as tx:
            due = tx.outbox.next_due()
        if due is not None:
            self.clock.forward_to(due)
        return over

    def decide(self, dossier: Dossier) -> str | None:
        """Record a decision and return its ``op_id``; ``None`` when the dossier is no longer to be decided."""
        valid = self.source.random() < 0.8
        photos = (self._picture(),) if valid and self.source.random() < 0.12 else ()
        draft = Draft(
            dossier_id=dossier.id,
            base_version=dossier.version,
            verdict=Verdict.VALID if valid else Verdict.INVALID,
            reason_code=None if valid else "form-unsigned",
            ticks=Ticks(original_compared=True, signed_form_received=True),
            photos=photos,
        )
        try:
            return self.deciding.record(draft).op_id
        except RuleError as error:
            if error.code not in ("already-decided", "version-changed", "already-waiting"):
                raise
            return None

    def _picture(self) -> PhotoReplacement:
        data = b"\xff\xd8\xff\xe0" + random.SystemRandom().randbytes(self.source.randint(*PICTURE_BYTES))
        return PhotoReplacement(
            kind=AttachmentKind.PORTRAIT,
            sha256=self.store.blobs.put(data),
            media_type="image/jpeg",
            size=len(data),
        )

    def open_work(self, dossier_id: str) -> Dossier | None:
        """Return a dossier this desk has not decided yet and still may."""
        with self.store.read() as tx:
            judged = {line.dossier_id for line in tx.journal.latest(10_000) if line.what.startswith("decided:")}
            return None if dossier_id in judged else tx.dossiers.get(dossier_id)

    def waiting(self) -> int:
        """Return how many decisions are on their way."""
        with self.store.read() as tx:
            return tx.outbox.counts().waiting


def say(words: str) -> None:
    """Tell whoever listens, at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def work(desk: Desk, dossier_ids: list[str]) -> None:
    """Decide everything and send it, a few decisions to a round."""
    while not desk.round():
        pass
    for dossier_id in dossier_ids:
        about = desk.open_work(dossier_id)
        op_id = None if about is None else desk.decide(about)
        say(f"left {dossier_id}" if op_id is None else f"recorded {op_id}")
        at_most = desk.source.choice(MAY_WAIT)
        while desk.waiting() > at_most:
            desk.round()
    while not desk.round() or desk.waiting():
        pass


def main() -> None:
    """Run the desk that the command line names."""
    url, folder, username, seed, wanted = sys.argv[1:]
    desk = Desk(url, Path(folder), random.Random(seed))
    desk.sign_in(username)
    work(desk, Path(wanted).read_text(encoding="ascii").split())
    desk.store.close()
    say("done")


if __name__ == "__main__":
    main()
