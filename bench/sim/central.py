"""Central as the simulator runs it: its own routes, transactions and jobs on a file, a process that dies, backups."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from fastapi import Response
from sqlalchemy import Connection

from bench.sim.people import Registry
from bench.sim.weather import BEGINNING, CALM, CentralDownError, Weather
from central_server import feed, jobs, leases, moves
from central_server.auth import Caller
from central_server.database import Database, renew_epoch
from central_server.decide import Deciding
from central_server.feed import Stored
from central_server.problems import ProblemError
from central_server.routes import dossiers, ledger
from central_server.services import Services, permit
from central_server.trips import OvertakenError
from officer_console.domain.dossier import Dossier
from officer_console.domain.officer import Action, Officer

LEASE_MINUTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it is on the line; ``officer_id`` stands for the token."""

    method: str
    path: str
    body: bytes | None
    headers: tuple[tuple[str, str], ...]
    officer_id: str

    def __str__(self) -> str:
        """Return what the story says of it: method, office, the dossier's last digits and what is asked."""
        names = urlsplit(self.path).path.split("/")[3:]
        place = names[0] if len(names) < 4 else f"{names[2][-2:]}@{names[0]}"
        return f"{self.method} {names[-1]} {place}"

    @property
    def decides(self) -> bool:
        """Whether it carries a decision."""
        return self.path.endswith("/decisions")


class MortalDatabase(Database):
    """Central's database; the process may end at each edge of a transaction."""

    step: Callable[[str], None] = staticmethod(lambda _edge: None)
    clock: Callable[[], datetime] = staticmethod(lambda: BEGINNING)

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Open the file at ``path``."""
        database = cls.open(f"sqlite:///{path}")
        if not isinstance(database, cls):
            raise TypeError(type(database))
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give one snapshot."""
        self.step("before a read")
        with super().read() as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Give a connection to look something up."""
        self.step("before a look")
        with super().look() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give one write transaction."""
        self.step("before a write")
        with super().write() as connection:
            yield connection
            self.step("before a commit")
        self.step("after a commit")


class Central:
    """One central: what it answers, what it does by itself, how it dies and how it comes back."""

    database_kind: type[MortalDatabase] = MortalDatabase

    def __init__(self, weather: Weather, folder: Path, base: Services, meanwhile: Callable[[], None]) -> None:
        """Take over the prepared file ``folder/central.db``; ``base`` gives the parts that do not change."""
        self.weather = weather
        self.path = folder / "central.db"
        self.officers: dict[str, Officer] = {}
        self.life = 0
        self.restores = 0
        self.ahead = timedelta()
        self.registry = Registry(self._waiting)
        self.backups: list[Path] = []
        self.base = base
        self.meanwhile = meanwhile
        self.open()

    def clock(self) -> datetime:
        """Return what central's clock shows."""
        return self.weather.now + self.ahead

    def open(self) -> None:
        """Start the process."""
        self.database = self.database_kind.opened(self.path)
        self.database.step, self.database.clock = self._step, self.clock
        self.services = replace(
            self.base,
            database=self.database,
            registry=self.registry,
            clock=self.clock,
            deciding=self.deciding(),
            leasing=self.leasing(),
        )

    def deciding(self) -> Deciding:
        """Return the part that records decisions."""
        return Deciding(self.database, self.base.blobs, self.registry, self.base.references, self.clock)

    def leasing(self) -> leases.Leasing:
        """Return the part that gives and takes back leases."""
        return leases.Leasing(self.database, self.clock, LEASE_MINUTES)

    def die(self) -> None:
        """End the process as it stands and start another."""
        self.life += 1
        self.weather.counts["crashes"] += 1
        self.database.close()
        self.open()

    def back_up(self) -> None:
        """Copy the database."""
        copy = self.path.with_name(f"backup-{len(self.backups)}.db")
        source, target = sqlite3.connect(self.path), sqlite3.connect(copy)
        source.backup(target)
        source.close()
        target.close()
        self.backups.append(copy)

    def restore(self, backup: Path) -> None:
        """Put a backup in place of the database, as an operator does: no process, copy, new epoch, start."""
        self.life += 1
        self.restores += 1
        self.weather.fault("restores")
        self.database.close()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(backup, self.path)
        self.renew()
        self.open()

    def renew(self) -> None:
        """Give the restored database its new epoch."""
        renew_epoch(f"sqlite:///{self.path}")

    def deliver(self, request: Request) -> Response:
        """Answer one request as the routes do.

        Raises:
            ProblemError: central refuses.
            CentralDownError: the process ended on the way; there is a new one.
        """
        life = self.life
        try:
            return self._route(request)
        except OvertakenError:
            raise ProblemError("unavailable") from None
        except CentralDownError:
            if self.life == life:
                self.die()
            raise

    def work(self) -> None:
        """Do what central does by itself: leases and declarations run out, the registry is asked again."""
        life = self.life
        try:
            leases.end_leases(self.database, self.clock())
            jobs.expire_declarations(self.database, self.services.references, self.clock())
            jobs.ask_again(self.database, self.registry, self.services.references, self.clock)
            jobs.forget_waits(self.database)
        except CentralDownError:
            if self.life == life:
                self.die()

    def change(self, scope: str, dossier_id: str, step: Callable[[Connection, Stored, Dossier], None]) -> bool:
        """Do ``step`` with a live dossier in a transaction of its own; return whether it was there."""
        life = self.life
        try:
            with self.database.write() as connection:
                stored = feed.load(connection, scope, dossier_id)
                if stored is None or stored.dossier is None:
                    return False
                step(connection, stored, stored.dossier)
        except CentralDownError:
            if self.life == life:
                self.die()
            return False
        return True

    def move(self, dossier_id: str, here: str, there: str, *, apart: bool) -> bool:
        """Move a dossier as an operator does; return whether it arrived, or was there."""
        order = moves.Order(dossier_id=dossier_id, here=here, there=there, who="operator", reason="moved")
        life = self.life
        try:
            moves.move(self.database, order, self.clock(), apart=apart)
        except moves.MoveError:
            return False
        except CentralDownError:
            if self.life == life:
                self.die()
            return False
        return True

    def take_over(self, head: Officer, scope: str, dossier_id: str, *, broken: bool, keep: bool) -> bool:
        """Let the head of an office take a dossier that was not given back, and give it back unless he ``keep``s it.

        ``broken`` is whether he breaks the lease on it; otherwise it must have run out.
        """
        life = self.life
        try:
            self.services.leasing.take(head, scope, dossier_id, break_other=broken, reason="taken over")
            if not keep:
                self.services.leasing.release(head, scope, dossier_id)
        except ProblemError:
            return False
        except CentralDownError:
            if self.life == life:
                self.die()
            return False
        return True

    def _route(self, request: Request) -> Response:
        caller = Caller(officer=self.officers[request.officer_id], family="")
        parts = urlsplit(request.path)
        names = [unquote(name) for name in parts.path.split("/")[3:]]
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if names[-1] not in ("ledger", "decisions"):
            # those two look for themselves: what became of his own an officer is told whatever he may do by now
            permit(caller, Action.VIEW if request.method == "GET" else Action.DECIDE, names[0])
        match request.method, *names:
            case "GET", scope, "changes":
                return dossiers.changes(self.services, caller, scope, query.get("cursor"), int(query["limit"]))
            case "GET", scope, "ledger":
                return ledger.ledger(self.services, caller, scope, query["device_id"], int(query.get("after", "0")))
            case "POST", scope, "dossiers", dossier, "lease":
                return dossiers.take_lease(self.services, caller, scope, dossier, request.body or b"")
            case "DELETE", scope, "dossiers", dossier, "lease":
                return dossiers.release_lease(self.services, caller, scope, dossier)
            case "POST", scope, "dossiers", dossier, "decisions":
                headers = dict(request.headers)
                key, tag = headers.get("Idempotency-Key"), headers.get("If-Match")
                return dossiers.decide(self.services, caller, scope, dossier, request.body or b"", key, tag)
        raise ProblemError("not-found")

    def _waiting(self) -> None:
        """Let others work while the registry is asked; whoever waits for it dies with the process."""
        life = self.life
        self.meanwhile()
        if life != self.life:
            raise CentralDownError

    def _step(self, edge: str) -> None:
        if self.weather.odds is not CALM and self.weather.hit(self.weather.odds.central_crash):
            self.weather.fault("central_crashes")
            self.weather.tell(f"central dies {edge}")
            raise CentralDownError
