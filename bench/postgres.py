"""A PostgreSQL server of one's own for a while: in a temporary folder, on a Unix socket, with fsync as in earnest."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg
from psycopg import sql

_DEBIAN = Path("/usr/lib/postgresql")
_USER = "central"
_PORT = 5432
# PostgreSQL refuses to run as root; nobody has a name on every system
_NOBODY = 65534
_START_SECONDS = 60
_STOP_SECONDS = 30


def programs() -> Path | None:
    """Return the folder of ``initdb`` and ``postgres``, the newest release's; ``None`` when none is installed."""
    found = [folder.parent for folder in _DEBIAN.glob("*/bin/initdb")] if _DEBIAN.is_dir() else []
    if found:
        return max(found, key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0)
    named = shutil.which("initdb")
    return None if named is None else Path(named).resolve().parent


class Cluster:
    """A server with a fresh data folder; as a context manager it runs inside the block and leaves nothing behind."""

    def __init__(self, *settings: str) -> None:
        """``settings`` are ``name=value`` of postgresql.conf, beside those a small machine needs."""
        folder = programs()
        if folder is None:
            raise FileNotFoundError("initdb")
        self._programs = folder
        # the path of a socket must be short, and an unprivileged server cannot enter pytest's own folders
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self._folder / "data"
        self._settings = ("shared_buffers=64MB", "max_connections=200", *settings)
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            os.chown(self._folder, _NOBODY, _NOBODY)
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={_USER}", "--no-sync")

    def __enter__(self) -> Self:
        """Start the server."""
        try:
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and remove its folder."""
        self.remove()

    @property
    def log(self) -> str:
        """What the server has written so far."""
        path = self._folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start the server and wait until it answers; after ``kill`` it recovers from its log first."""
        options = (f"unix_socket_directories={self._folder}", "listen_addresses=", f"port={_PORT}", *self._settings)
        command = [str(self._programs / "postgres"), "-D", str(self._data)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *(part for option in options for part in ("-c", option))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=_server_id(),
                group=_server_id(),
            )
        deadline = time.monotonic() + _START_SECONDS
        pause = threading.Event()
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log}")
            pause.wait(0.02)

    def stop(self) -> None:
        """End the server in good order; clients are cut off."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=_STOP_SECONDS)
            self._process = None

    def kill(self) -> None:
        """End the whole server by SIGKILL, as a power cut ends its machine."""
        if self._process is None:
            return
        # stopped first, so that it starts nobody while its children are looked for
        self._process.send_signal(signal.SIGSTOP)
        family = [self._process.pid, *_children(self._process.pid)]
        for pid in family:
            _send(pid, signal.SIGKILL)
        self._process.wait(timeout=_STOP_SECONDS)
        self._process = None
        deadline = time.monotonic() + _STOP_SECONDS
        pause = threading.Event()
        while any(_alive(pid) for pid in family) and time.monotonic() < deadline:
            pause.wait(0.005)

    def restart(self) -> None:
        """Stop the server and start it again."""
        self.stop()
        self.start()

    def dsn(self, name: str, *, template: str = "template1") -> str:
        """Make the database ``name`` afresh from ``template`` and return its URL for SQLAlchemy."""
        with self.connect("postgres") as connection:
            fresh = sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(fresh))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(fresh, sql.Identifier(template)))
        return f"postgresql+psycopg://{_USER}@/{name}?host={self._folder}&port={_PORT}"

    def dump(self, name: str, file: Path) -> None:
        """Write a backup of the database ``name`` into ``file`` (``pg_dump``, custom format), while it is used."""
        with file.open("wb") as out:
            self._tool("pg_dump", "--format=custom", name, stdout=out)

    def load(self, name: str, file: Path) -> None:
        """Read a backup made by ``dump`` into the database ``name``, which is empty (``pg_restore``)."""
        with file.open("rb") as backup:
            self._tool("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={name}", stdin=backup)

    def connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        """Return a bare connection to the database ``name`` that commits every statement."""
        return psycopg.connect(host=str(self._folder), port=_PORT, user=_USER, dbname=name, autocommit=True)

    def remove(self) -> None:
        """Stop the server and remove everything it wrote."""
        self.kill()
        shutil.rmtree(self._folder)

    def _answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _tool(
        self, program: str, *options: str, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None
    ) -> None:
        where = (f"--host={self._folder}", f"--port={_PORT}", f"--username={_USER}")
        command = [str(self._programs / program), *where, *options]
        subprocess.run(command, check=True, cwd=self._folder, stdin=stdin, stdout=stdout)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), "-D", str(self._data), *arguments],
            capture_output=True,
            cwd=self._folder,
            check=False,
            user=_server_id(),
            group=_server_id(),
        )
        if done.returncode != 0:
            shutil.rmtree(self._folder)
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")


def _server_id() -> int | None:
    """Return the user and group the server runs as, ``None`` for one's own."""
    return _NOBODY if os.geteuid() == 0 else None


def _children(parent: int) -> list[int]:
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in running if _stat(pid)[1:2] == [str(parent)]]


def _alive(pid: int) -> bool:
    fields = _stat(pid)
    return bool(fields) and fields[0] != "Z"


def _stat(pid: int) -> list[str]:
    """Return state, parent and what follows of a process; nothing when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
