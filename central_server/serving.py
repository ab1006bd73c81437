"""Puts the parts together and serves them until the process is told to end."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from sqlalchemy import select

from central_server import jobs
from central_server.app import create_app
from central_server.auth import SignIn
from central_server.blobs import BlobFolder
from central_server.database import Database
from central_server.decide import Deciding
from central_server.jobs import Job, JobThread
from central_server.leases import Leasing
from central_server.reference import default_folder, load_references
from central_server.registry import SqlRegistry
from central_server.schema import officer
from central_server.services import Services
from central_server.times import Clock, utc_now

_log = logging.getLogger(__name__)
SMTP_FROM = "khong-tra-loi@bhxh.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line says. ``seed`` is ``None`` for a database that is not to be planted."""

    database: str
    port: int
    blobs: Path
    host: str = "127.0.0.1"
    seed: int | None = None
    seed_dossiers: int = 5000
    seed_persons: int = 20000
    reference: Path | None = None
    smtp: tuple[str, int] | None = None
    smtp_from: str = SMTP_FROM
    sms_gateway: str | None = None
    job_interval: float = 5.0
    registry_interval: float = 30.0


def assemble(database: Database, options: Options, clock: Clock) -> Services:
    """Return the parts of a central on ``database``."""
    references = load_references(options.reference or default_folder(), database)
    registry = SqlRegistry(database)
    return Services(
        database=database,
        blobs=BlobFolder(options.blobs),
        registry=registry,
        references=references,
        clock=clock,
        sign_in=SignIn(database, clock),
        deciding=Deciding(database, registry, references, clock),
        leasing=Leasing(database, clock, references.reference.settings.lease_minutes),
    )


def background_jobs(services: Services, options: Options) -> tuple[Job, ...]:
    """Return what runs beside the requests."""
    database, references, clock = services.database, services.references, services.clock
    return (
        Job(
            name="clock",
            seconds=options.job_interval,
            step=lambda: jobs.run_clock(database, references, clock()),
        ),
        Job(
            name="registry",
            seconds=options.registry_interval,
            step=lambda: jobs.ask_again(database, services.registry, references, clock),
        ),
    )


def serve(options: Options) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code."""
    database = Database.open(options.database)
    try:
        _plant(database, options)
        services = assemble(database, options, utc_now)
        threads = [JobThread(job) for job in background_jobs(services, options)]
        with socket.create_server((options.host, options.port), backlog=2048) as listener:
            config = uvicorn.Config(
                create_app(services), log_config=None, access_log=False, server_header=False, date_header=True
            )
            server = _ReadyServer(config, f"http://{options.host}:{listener.getsockname()[1]}")
            for thread in threads:
                thread.start()
            try:
                server.run(sockets=[listener])
            finally:
                for thread in threads:
                    thread.stop()
    finally:
        database.close()
    return 0


class _ReadyServer(uvicorn.Server):
    """Says on stdout when it listens: whoever started the process waits for that line."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: Sequence[socket.socket] | None = None) -> None:
        await super().startup(sockets=None if sockets is None else list(sockets))
        sys.stdout.write(f"ready {self._url}\n")
        sys.stdout.flush()


def _plant(database: Database, options: Options) -> None:
    if options.seed is None:
        return
    with database.read() as connection:
        if connection.execute(select(officer.c.id).limit(1)).first() is not None:
            return
    # the planting code draws faces and cards; a server that is not planted must not need what it draws with
    from central_server.seed import plant

    _log.info("planting seed %d", options.seed)
    plant(
        database,
        BlobFolder(options.blobs),
        seed=options.seed,
        dossiers=options.seed_dossiers,
        persons=options.seed_persons,
        now=utc_now(),
        progress=lambda done, total: _log.info("planted %d of %d", done, total),
    )
