"""The child process that holds the key: loads the token's module, logs in, signs, speaks with the time-stamp server."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Any

from pyhanko.sign.signers import Signer

from officer_console.signing import facts, key_file, lines, pades, token
from officer_console.signing.signer import Mark, SigningError, Trouble
from officer_console.signing.timestamp import Server, ServerTimeStamper

# a module that is still busy this long after the host is gone is left to die
GRACE_SECONDS = 2.0

Request = tuple[dict[str, Any], list[bytearray]]


class Worker:
    """Answers requests one after the other: lists certificates, or opens one key and signs with it until the end."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._signer: Signer | None = None
        self._stamper: ServerTimeStamper | None = None

    def answer(self, line: Mapping[str, Any], parts: Sequence[bytearray]) -> None:
        """Do what ``line`` asks and write the answer; what went wrong is an answer, too."""
        try:
            self._do(line, parts)
        except SigningError as error:
            self._send({"trouble": error.trouble, "detail": error.detail})

    def close(self) -> None:
        """Log out of the token."""
        if isinstance(self._signer, token.TokenSigner):
            self._signer.close()

    def _do(self, line: Mapping[str, Any], parts: Sequence[bytearray]) -> None:
        asked = line.get("do")
        if asked == "certificates":
            found = token.certificates(token.load(str(line["module"])))
            self._send({"certificates": [lines.certificate_line(each) for each in found]})
        elif asked == "open-token":
            library = token.load(str(line["module"]))
            secret = _taken(parts[0])
            self._open(token.log_in(library, str(line["serial"]), str(line["fingerprint"]), secret), line)
        elif asked == "open-file":
            self._open(key_file.open_file(bytes(parts[0]), _taken(parts[1])), line)
        elif asked == "sign" and self._signer is not None:
            signed = pades.sign(
                bytes(parts[0]),
                self._signer,
                str(line["reason"]),
                at=datetime.fromisoformat(line["at"]),
                mark=_mark(line, parts[1]) if parts[1:] else None,
                stamper=self._stamper,
            )
            self._send({"signed": True}, signed)
        else:
            raise SigningError(Trouble.DRIVER, "unknown request")

    def _open(self, signer: Signer, line: Mapping[str, Any]) -> None:
        self._signer = signer
        server = line["timestamp"]
        self._stamper = ServerTimeStamper(Server(**server), self._asking) if server is not None else None
        self._send({"opened": lines.certificate_line(facts.facts(signer.signing_cert))})

    def _asking(self) -> None:
        self._send({"stage": "timestamp"})

    def _send(self, line: Mapping[str, object], *parts: bytes) -> None:
        self._out.write(lines.pack(line, parts))
        for part in parts:
            self._out.write(part)
        self._out.flush()


def _mark(line: Mapping[str, Any], picture: bytearray) -> Mark:
    return Mark(page=line["page"], box=tuple(line["box"]), picture=bytes(picture), spoken=line["spoken"])


def _taken(secret: bytearray) -> str:
    """Return a PIN or password as the libraries want it, and wipe it where it came in."""
    text = secret.decode()
    secret[:] = bytes(len(secret))
    return text


def _listen(source: IO[bytes], requests: queue.SimpleQueue[Request | None]) -> None:
    """Hand on requests; when the host is gone end, by force where a module does not come back."""
    with contextlib.suppress(lines.LineError):
        while (request := lines.read(source)) is not None:
            requests.put(request)
    requests.put(None)
    force = threading.Timer(GRACE_SECONDS, os._exit, (1,))
    force.daemon = True
    force.start()


def _own_output() -> IO[bytes]:
    """Return the pipe to the host; what modules print goes to standard error instead."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "wb", buffering=64 * 1024)
    os.dup2(2, 1)
    return out


def _leave_no_core() -> None:
    """A module that crashes leaves no picture of the memory, with the PIN in it, on the disk."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Serve until the host is gone; the process is to end with ``os._exit`` then."""
    _leave_no_core()
    out = _own_output()
    requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
    worker = Worker(out)
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), name="requests", daemon=True).start()
    with contextlib.suppress(BrokenPipeError):
        out.write(lines.pack({"ready": True}))
        out.flush()
        while (request := requests.get()) is not None:
            worker.answer(*request)
        worker.close()
    return 0


if __name__ == "__main__":
    code = main()
    # the thread that reads standard input may hold its lock: the interpreter's own end would abort over it
    os._exit(code)
