"""Puts the parts together and serves them until the process is told to end."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import timedelta
from functools import partial

import uvicorn
from sqlalchemy import select

from central_server import crew, jobs, sending
from central_server.app import create_app
from central_server.auth import SignIn
from central_server.blobs import open_blobs
from central_server.database import Database
from central_server.decide import Deciding
from central_server.door import Door
from central_server.jobs import Job, JobThread
from central_server.leases import Leasing
from central_server.logs import log_to_stderr
from central_server.messages import templates
from central_server.messages.channels import Sender
from central_server.messages.worker import MessageWorker
from central_server.options import Options
from central_server.owed import BETWEEN_ROUNDS, OwedAccounts
from central_server.reference import default_folder, load_references
from central_server.registry import SqlRegistry
from central_server.schema import officer
from central_server.services import Services
from central_server.times import Clock, utc_now
from central_server.uploads import Uploads
from officer_console.domain.message import Channel

# A client that holds half a request must not hold up the end of the server.
GRACE_SECONDS = 5
# Longer than the desks wait between two rounds, so that a round need not begin with a new connection.
KEEP_ALIVE_SECONDS = 75

_log = logging.getLogger(__name__)
# a registry that is silent is somebody else's machine in trouble: it is asked less often than the clock
_JOBS_PER_QUESTION = 6
_BETWEEN_SWEEPS = 3600.0
_BETWEEN_EPOCHS = 2.0


def assemble(database: Database, options: Options, clock: Clock) -> Services:
    """Return the parts of a central on ``database``."""
    references = load_references(options.reference or default_folder(), database)
    registry = SqlRegistry(database)
    blobs = open_blobs(options.blobs, options.s3_endpoint)
    return Services(
        database=database,
        blobs=blobs,
        uploads=Uploads(database, blobs, clock),
        registry=registry,
        references=references,
        clock=clock,
        sign_in=SignIn(database, clock),
        door=Door(),
        deciding=Deciding(database, blobs, registry, references, clock),
        leasing=Leasing(database, clock, references.reference.settings.lease_minutes),
        min_client=options.min_client,
    )


def background_jobs(services: Services, options: Options) -> tuple[Job, ...]:
    """Return what runs beside the requests."""
    database, references, clock = services.database, services.references, services.clock
    pause = options.registry_interval or options.job_interval * _JOBS_PER_QUESTION
    owed = OwedAccounts(database)
    return (
        Job(
            name="clock",
            seconds=options.job_interval,
            step=lambda: jobs.run_clock(database, references, clock()),
        ),
        Job(
            name="registry",
            seconds=pause,
            step=lambda: jobs.ask_again(database, services.registry, references, clock, timedelta(seconds=pause)),
        ),
        Job(name="accounts", seconds=BETWEEN_ROUNDS.total_seconds(), step=lambda: owed.look(clock())),
        Job(name="uploads", seconds=_BETWEEN_SWEEPS, step=services.uploads.expire),
    )


def serve(options: Options) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code."""
    if options.with_parent:
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    with ExitStack() as running:
        # before anything is made or planted: what is wrong here is a slip on the command line
        channels = sending.channels(options, running)
        _plant(options)
        listeners: list[socket.socket] = []
        ready: Callable[[str], None] = _tell_ready
        while True:
            with closing(Database.open(options.database, serving=True)) as database:
                if not listeners:
                    listeners = crew.listen(options.host, options.port, options.workers)
                    for listener in listeners:
                        running.enter_context(listener)
                _serve_epoch(database, options, channels, listeners, ready)
                if not database.over.is_set():
                    return 0
            ready = _say_nothing


def _serve_epoch(
    database: Database,
    options: Options,
    channels: Mapping[Channel, Sender],
    listeners: Sequence[socket.socket],
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGINT or SIGTERM, or until the database has another epoch."""
    url = f"http://{options.host}:{listeners[0].getsockname()[1]}"
    with ExitStack() as running:
        services = assemble(database, options, utc_now)
        running.callback(services.sign_in.close)
        running.callback(services.door.close)
        for job in (
            _epoch_job(database),
            *background_jobs(services, options),
            *message_jobs(services, channels, options),
        ):
            _run(job, running)
        if options.workers > 1:
            crew.watch(_answer, options, listeners, lambda: ready(url), database.over.is_set)
        else:
            # the server closes what it is given, and another may follow
            _Server(services, lambda: ready(url)).run(sockets=[listener.dup() for listener in listeners])


def _answer(options: Options, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests on ``listener``, as one of several processes, while the database has the epoch it has now.

    ``ready`` is called when it listens, and then every second.
    """
    log_to_stderr()
    with ExitStack() as running:
        database = Database.open(options.database, serving=True)
        running.callback(database.close)
        services = assemble(database, options, utc_now)
        running.callback(services.sign_in.close)
        running.callback(services.door.close)
        _run(_epoch_job(database), running)
        _Server(services, ready, alive=ready).run(sockets=[listener])


def _epoch_job(database: Database) -> Job:
    """Return the job that finds out about a restore although nothing is asked."""
    return Job(name="epoch", seconds=_BETWEEN_EPOCHS, step=database.confirm)


def _run(job: Job, running: ExitStack) -> None:
    thread = JobThread(job)
    thread.start()
    running.callback(thread.stop)


def _tell_ready(url: str) -> None:
    """Say on stdout that central listens: whoever started it waits for that line."""
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()


def _say_nothing(_url: str) -> None:
    """Say nothing: whoever waited has been told."""


def _end_with_parent() -> None:
    """Wait until whoever started this process is gone, then end as if told to."""
    # Past Python's buffered stream: its lock would be held at the end of the process.
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


def message_jobs(services: Services, channels: Mapping[Channel, Sender], options: Options) -> tuple[Job, ...]:
    """Return the jobs that send letters, one for each channel, so that none waits for another.

    None when there is no way to send any, so that letters wait for one.
    """
    if not channels:
        return ()
    texts = templates.load() if options.hotline is None else templates.load(hotline=options.hotline)
    return channel_jobs(MessageWorker(services.database, channels, texts, services.clock), options.job_interval)


def channel_jobs(worker: MessageWorker, seconds: float) -> tuple[Job, ...]:
    """Return a job for each channel, each with a thread of its own."""
    return tuple(
        Job(name=f"messages-{channel}", seconds=seconds, step=partial(worker.run_channel, channel))
        for channel in Channel
    )


class _Server(uvicorn.Server):
    """Says when it listens, and from then on every second that its event loop turns."""

    def __init__(self, services: Services, ready: Callable[[], None], alive: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(services),
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
            )
        )
        self._ready = ready
        self._alive = alive
        self._over = services.database.over

    async def startup(self, sockets: Sequence[socket.socket] | None = None) -> None:
        await super().startup(sockets=None if sockets is None else list(sockets))
        # What is there now stays: looked through again and again it would hold up all who wait, a tenth of a second
        # each time.
        gc.collect()
        gc.freeze()
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        # ten a second
        if counter % 10 == 0:
            self._alive()
        return await super().on_tick(counter) or self._over.is_set()


def _plant(options: Options) -> None:
    if options.seed is None:
        return
    with closing(Database.open(options.database)) as database:
        _plant_in(database, options, options.seed)


def _plant_in(database: Database, options: Options, seed: int) -> None:
    with database.read() as connection:
        if connection.execute(select(officer.c.id).limit(1)).first() is not None:
            return
    # the planting code draws faces and cards; a server that is not planted must not need what it draws with
    from central_server.seed import plant

    _log.info("planting seed %d", seed)
    plant(
        database,
        open_blobs(options.blobs, options.s3_endpoint),
        seed=seed,
        dossiers=options.seed_dossiers,
        persons=options.seed_persons,
        now=utc_now(),
        progress=lambda done, total: _log.info("planted %d of %d", done, total),
    )
