"""A real central server process, and desks that speak HTTP with it."""

from __future__ import annotations

import hashlib
import itertools
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import requests
from argon2 import PasswordHasher
from sqlalchemy import insert, select

from central_server import feed, schema, statements
from central_server.blobs import BlobFolder
from central_server.database import Database
from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.names import fold
from officer_console.domain.officer import Officer, Role
from tests import builders

T = TypeVar("T")

PASSWORD = "Mật-khẩu-thử-1"
# weak on purpose: the parameters stand in the hash, so the server checks it fast
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
READY_SECONDS = 60


class Desk:
    """A signed-in officer's HTTP connection."""

    def __init__(self, central: Central, username: str) -> None:
        self.central = central
        self.http = requests.Session()
        self.http.trust_env = False
        credentials = wire.Credentials(username=username, password=PASSWORD, device_id=str(uuid.uuid4()))
        answer = self.http.post(f"{central.url}/v1/sessions", data=wire.encode(credentials), timeout=60)
        assert answer.status_code == 201, answer.text
        self.grant = wire.decode(answer.content, wire.Grant)
        self.http.headers["Authorization"] = f"Bearer {self.grant.access_token}"

    def call(
        self, method: str, path: str, body: object = None, *, raw: bytes | None = None, **headers: str | None
    ) -> requests.Response:
        """Send a request; header names with ``_`` for ``-``."""
        data = raw if raw is not None else None if body is None else wire.encode(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(method, self.central.url + path, data=data, headers=named, timeout=60)

    def get(self, path: str, /, **headers: str) -> requests.Response:
        """Send a GET."""
        return self.call("GET", path, None, raw=None, **headers)

    def dossier(self, about: Dossier) -> Dossier:
        """Return the document as central tells it."""
        answer = self.get(path_of(about))
        assert answer.status_code == 200, answer.text
        return wire.decode(answer.content, Dossier)

    def take(self, about: Dossier, *, break_other: bool = False) -> requests.Response:
        """Ask for the lease; who breaks another's gives a reason."""
        asked: dict[str, object] = {"break": break_other} | ({"reason": "Hết ca trực"} if break_other else {})
        return self.call("POST", path_of(about) + "/lease", asked)

    def release(self, about: Dossier) -> requests.Response:
        """Give the lease back."""
        return self.call("DELETE", path_of(about) + "/lease")

    def decide(self, decision: Decision, *, if_match: str | None = None, key: str | None = None) -> requests.Response:
        """Send a decision; entity tag and key as they should be unless given."""
        tag = wire.etag(self.central.epoch, decision.base_version) if if_match is None else if_match
        path = f"/v1/scopes/{decision.scope_id}/dossiers/{decision.dossier_id}/decisions"
        return self.call("POST", path, decision, If_Match=tag, Idempotency_Key=decision.op_id if key is None else key)

    def put_blob(self, data: bytes, *, scope: str = builders.SCOPE) -> str:
        """Store a JPEG and return its SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        answer = self.call("PUT", f"/v1/scopes/{scope}/blobs/{sha256}", raw=data, Content_Type="image/jpeg")
        assert answer.status_code in (200, 201), answer.text
        return sha256

    def pull(self, scope: str, cursor: str | None = None, limit: int = 500) -> wire.Page:
        """Return the next page of the feed."""
        query = f"limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        answer = self.get(f"/v1/scopes/{scope}/changes?{query}")
        assert answer.status_code == 200, answer.text
        return wire.decode(answer.content, wire.Page)


def enter(database: Database, person: Officer) -> None:
    """Put an officer with the password ``PASSWORD`` into a central's database."""
    with database.write() as connection:
        connection.execute(
            insert(schema.officer).values(
                id=person.id,
                username=person.username,
                full_name=person.full_name,
                role=person.role.value,
                scopes=list(person.scopes),
                password_hash=PASSWORD_HASH,
                active=True,
            )
        )


class Central:
    """The server process and, beside it, its database."""

    def __init__(self, url: str, database: Database, blobs: BlobFolder, process: subprocess.Popen[str]) -> None:
        self.url = url
        self.kill = process.kill
        self.pid = process.pid
        self.database = database
        self.blobs = blobs
        self._numbers = itertools.count(1)

    @property
    def epoch(self) -> str:
        """Central's epoch."""
        return self.database.epoch

    def fresh(self) -> int:
        """Return a number no other test uses: for ``builders``."""
        return next(self._numbers)

    def officer(
        self, *, role: Role = Role.OFFICER, scopes: tuple[str, ...] = (builders.SCOPE,), username: str | None = None
    ) -> Officer:
        """Add an officer with the password ``PASSWORD``."""
        person = builders.officer(username or f"officer.{self.fresh()}", role=role, scopes=scopes)
        enter(self.database, person)
        return person

    def desk(self, *, role: Role = Role.OFFICER, scopes: tuple[str, ...] = (builders.SCOPE,)) -> Desk:
        """Return the desk of a new officer, signed in."""
        return Desk(self, self.officer(role=role, scopes=scopes).username)

    def plant(self, *dossiers: Dossier) -> None:
        """Put dossiers into the feeds of their scopes; whoever asks to change or stop an account has one."""
        accounts = [
            {"social_code": had.social_code, "phone": had.phone, "email": had.email, "state": "active"}
            for about in dossiers
            if about.kind is not DossierKind.REGISTER
            for had in [about.previous or about.declaration]
        ]
        with self.database.write() as connection:
            for account in accounts:
                if (
                    connection.execute(
                        select(schema.account.c.state).where(schema.account.c.social_code == account["social_code"])
                    ).first()
                    is None
                ):
                    connection.execute(insert(schema.account).values(account | {"must_change": False}))
            for scope in sorted({dossier.scope_id for dossier in dossiers}):
                feed.ensure_scope(connection, scope, self.epoch)
                feed.add(connection, scope, [dossier for dossier in dossiers if dossier.scope_id == scope])

    def register_person(self, about: Dossier, *names: str) -> None:
        """Put people of these names on record under the dossier's code; its own name when none is given."""
        declared = about.declaration
        rows = [
            {
                "social_code": declared.social_code,
                "full_name": name,
                "folded": fold(name),
                "birth": declared.birth.text(),
            }
            for name in names or (declared.full_name,)
        ]
        with self.database.write() as connection:
            connection.execute(insert(schema.registry_person), rows)

    def silence(self, about: Dossier, asks: int) -> None:
        """Let the registry be silent on the dossier's code for ``asks`` questions, for ever when negative."""
        with self.database.write() as connection:
            connection.execute(
                insert(schema.registry_outage).values(social_code=about.declaration.social_code, asks_left=asks)
            )

    def decisions(self, about: Dossier) -> int:
        """Return how many decisions on the dossier are recorded."""
        with self.database.read() as connection:
            query = select(schema.decision.c.op_id).where(schema.decision.c.dossier_id == about.id)
            return len(connection.execute(query).all())

    def audited(self, about: Dossier) -> list[tuple[str, str | None]]:
        """Return what the audit trail says happened to the dossier, and which officer did it."""
        with self.database.read() as connection:
            query = select(schema.audit.c.body).where(schema.audit.c.scope_id == about.scope_id).order_by("n")
            entries = [wire.decode(row.body, dict[str, Any]) for row in connection.execute(query)]
        return [(entry["what"], entry.get("officer_id")) for entry in entries if entry["dossier_id"] == about.id]

    def letters(self, about: Dossier) -> list[tuple[str, str]]:
        """Return kind and channel of the dossier's outbox rows."""
        with self.database.read() as connection:
            query = select(schema.outbox.c.kind, schema.outbox.c.channel).where(schema.outbox.c.dossier_id == about.id)
            return sorted((row.kind, row.channel) for row in connection.execute(query))

    def stored(self, about: Dossier) -> tuple[int, Dossier]:
        """Return number and document as the database has them."""
        with self.database.read() as connection:
            row = connection.execute(statements.DOSSIER, {"scope_id": about.scope_id, "id": about.id}).one()
        return row.seq, wire.decode(row.doc, Dossier)

    def becomes(self, about: Dossier, status: Status) -> Dossier:
        """Wait until the dossier has the status and return it."""
        return wait_until(lambda: found if (found := self.stored(about)[1]).status is status else None)


def path_of(about: Dossier) -> str:
    return f"/v1/scopes/{about.scope_id}/dossiers/{about.id}"


def problem(answer: requests.Response) -> wire.Problem:
    """Return the problem of an answer that is one."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    found = wire.decode(answer.content, wire.Problem)
    assert found.status == answer.status_code
    assert found.request_id == answer.headers["X-Request-ID"]
    return found


def wait_until(look: Callable[[], T | None], seconds: float = 60) -> T:
    """Return what ``look`` finds as soon as it finds something."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while (found := look()) is None:
        assert time.monotonic() < deadline, "waited in vain"
        pause.wait(0.02)
    return found


@contextmanager
def running_central(folder: Path, *options: str, url: str | None = None) -> Iterator[Central]:
    """Run ``officer-central serve``, on a SQLite in ``folder`` unless ``url`` is given; jobs every 0.2 s by default."""
    url = url or f"sqlite:///{folder / 'central.db'}"
    command = [sys.executable, "-m", "central_server", "serve", "--database", url, "--blobs", str(folder / "blobs")]
    command += ["--port", "0", "--job-interval", "0.2", "--registry-interval", "0.2", *options]
    with (
        (folder / "central.log").open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            line = first_line(process.stdout)
            assert line.startswith("ready "), (folder / "central.log").read_text(encoding="utf-8")
            database = Database.open(url)
            try:
                yield Central(line.split()[1], database, BlobFolder(folder / "blobs"), process)
            finally:
                database.close()
        finally:
            process.terminate()
            process.wait(timeout=30)


def first_line(stream: IO[str]) -> str:
    """Return the first line of a process's output; an assertion fails when it takes too long."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
    return lines.get(timeout=READY_SECONDS)
