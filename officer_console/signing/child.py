"""A worker process as the host sees it: every wait for it ends, at the latest when it is killed."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from officer_console import children
from officer_console.signing import lines
from officer_console.signing.signer import SigningError, Trouble

WORKER = children.command("officer_console.signing.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """How long the host waits: for the worker to start, for the token to answer, for a time stamp, for a polite end.

    A token that asks for a touch or hums over a long key needs half a minute at most. The worker's own limit for a time
    stamp is shorter, except against a server that sends its answer drop by drop.
    """

    start: float = 20.0
    token: float = 40.0
    timestamp: float = 30.0
    grace: float = 1.0


class Child:
    """One worker process. ``kill`` may come from any thread, the rest is one thread's."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None, seconds: Seconds) -> None:
        self._seconds = seconds
        self._why: Trouble | None = None
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # a secret is not to stay behind in a buffer
                bufsize=0,
                cwd=children.FOLDER,
                env=dict(environment) if environment is not None else None,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise SigningError(Trouble.DRIVER, type(error).__name__) from None
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        self._in = self._process.stdin
        self._out = io.BufferedReader(cast("io.RawIOBase", self._process.stdout))

    def ready(self) -> None:
        """Wait until it has loaded what it needs."""
        self._next(self._seconds.start, Trouble.DRIVER)

    def ask(
        self, line: Mapping[str, object], parts: Sequence[bytes | memoryview] = ()
    ) -> tuple[dict[str, Any], list[bytearray]]:
        """Return the answer to ``line``; raises SigningError, what the worker could not do among it."""
        if any(len(part) > lines.BYTES_LIMIT for part in parts):
            raise SigningError(Trouble.DOCUMENT, "too large")
        with self._deadline(self._seconds.token, Trouble.DRIVER_HANGS):
            self._send(line, parts)
        seconds, why = self._seconds.token, Trouble.DRIVER_HANGS
        while True:
            answer, told = self._next(seconds, why)
            if "trouble" in answer:
                with sense():
                    raise SigningError(*lines.read_trouble(answer))
            if "stage" not in answer:
                return answer, told
            seconds, why = self._seconds.timestamp, Trouble.STAMP_UNREACHABLE

    def kill(self, why: Trouble) -> None:
        """End it at once; whoever waits for it is told ``why``."""
        if self._process.poll() is not None:
            return
        self._why = self._why or why
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def end(self) -> None:
        """Let it log out and end, and kill it where it does not."""
        with contextlib.suppress(OSError):
            self._in.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self._seconds.grace)
        self.kill(Trouble.CLOSED)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        with contextlib.suppress(OSError):
            self._out.close()

    def _send(self, line: Mapping[str, object], parts: Sequence[bytes | memoryview]) -> None:
        # a dead worker is noticed when its answer is read
        with contextlib.suppress(OSError, ValueError):
            for part in (lines.pack(line, parts), *parts):
                with memoryview(part) as view:
                    sent = 0
                    while sent < len(view):
                        sent += self._in.write(view[sent:]) or 0

    def _next(self, seconds: float, why: Trouble) -> tuple[dict[str, Any], list[bytearray]]:
        read = None
        with self._deadline(seconds, why), contextlib.suppress(OSError, ValueError):
            read = lines.read(self._out)
        if read is None:
            raise SigningError(self._why or Trouble.DRIVER, "" if self._why else "worker ended")
        return read

    @contextlib.contextmanager
    def _deadline(self, seconds: float, why: Trouble) -> Iterator[None]:
        timer = threading.Timer(seconds, self.kill, (why,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@contextlib.contextmanager
def sense() -> Iterator[None]:
    """An answer without sense is the worker's fault."""
    try:
        yield
    except (lines.LineError, KeyError, TypeError):
        raise SigningError(Trouble.DRIVER, "answer") from None
