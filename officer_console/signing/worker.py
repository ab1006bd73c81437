"""The child process that holds the key: loads the token's module, logs in, signs, speaks with the time-stamp server."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import IO, Any

from asn1crypto import x509

from officer_console.signing import facts, lines, token
from officer_console.signing.key import Key, check_length
from officer_console.signing.key_file import FileKey
from officer_console.signing.signer import Mark, Proof, SigningError, Trouble

# a module that is still busy this long after the host is gone is left to die
GRACE_SECONDS = 2.0
# as far as two desks' clocks may be apart
AHEAD = timedelta(minutes=5)

Signing = Callable[[bytes, str, datetime, Mark | None, str], bytes]
Request = tuple[dict[str, Any], list[bytearray]]


class Worker:
    """Answers requests one after the other: lists certificates, or opens one key and signs with it until the end.

    Whose signature a foreign file bears is told by a worker that has no key.
    """

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._key: Key | None = None
        self._server: dict[str, Any] | None = None
        self._sign: Signing | None = None

    def answer(self, line: Mapping[str, Any], parts: Sequence[bytearray]) -> None:
        """Do what ``line`` asks and write the answer; what went wrong is an answer, too."""
        try:
            self._do(line, parts)
        except SigningError as error:
            self._send({"trouble": error.trouble, "detail": error.detail})

    def close(self) -> None:
        """Log out of the token."""
        if self._key is not None:
            self._key.close()

    def _do(self, line: Mapping[str, Any], parts: Sequence[bytearray]) -> None:
        asked = line.get("do")
        if asked == "certificates":
            found = token.certificates(token.load(str(line["module"])), partial(_refusal, line))
            self._send({"certificates": [lines.certificate_line(each) for each in found]})
        elif asked == "open-token":
            library = token.load(str(line["module"]))
            secret = _taken(parts[0])
            self._open(token.log_in(library, str(line["serial"]), str(line["fingerprint"]), secret), line)
        elif asked == "open-file":
            self._open(FileKey(bytes(parts[0]), _taken(parts[1])), line)
        elif asked == "sign" and self._key is not None:
            sign = self._sign = self._sign or self._signing(self._key)
            mark = _mark(line, parts[1]) if parts[1:] else None
            at = datetime.fromisoformat(line["at"])
            about = str(line["about"])
            self._send({"signed": True}, sign(bytes(parts[0]), str(line["reason"]), at, mark, about))
        elif asked == "signer":
            self._send({"proof": lines.proof_line(_proof(line, bytes(parts[0])))})
        else:
            raise SigningError(Trouble.DRIVER, "unknown request")

    def _open(self, key: Key, line: Mapping[str, Any]) -> None:
        try:
            _obey(line, key.certificate, key.authorities)
        except SigningError:
            key.close()
            raise
        self._key, self._server = key, line["timestamp"]
        self._send({"opened": lines.certificate_line(facts.facts(key.certificate))})

    def _signing(self, key: Key) -> Signing:
        """Return what signs; pyHanko is loaded only now, which a mistyped PIN does not wait for."""
        from officer_console.signing import pades
        from officer_console.signing.timestamp import Server, ServerTimeStamper

        stamper = ServerTimeStamper(Server(**self._server), self._asking) if self._server is not None else None

        def sign(pdf: bytes, reason: str, at: datetime, mark: Mark | None, about: str) -> bytes:
            return pades.sign(pdf, key, reason, at=at, mark=mark, stamper=stamper, about=about)

        return sign

    def _asking(self) -> None:
        self._send({"stage": "timestamp"})

    def _send(self, line: Mapping[str, object], *parts: bytes) -> None:
        self._out.write(lines.pack(line, parts))
        for part in parts:
            self._out.write(part)
        self._out.flush()


def _obey(line: Mapping[str, Any], certificate: x509.Certificate, beside: tuple[x509.Certificate, ...]) -> None:
    """Raise SigningError for a certificate that is none to sign with, or that the rules in ``line`` do not let sign."""
    trouble = facts.unfit(certificate)
    if trouble is not None:
        raise SigningError(trouble)
    check_length(certificate)
    if line["roots"]:
        # loaded only where it is needed: it takes longer than everything before
        from officer_console.signing import chain

        chain.check(certificate, beside, line["roots"], at=datetime.fromisoformat(line["now"]))


def _refusal(
    line: Mapping[str, Any], certificate: x509.Certificate, beside: tuple[x509.Certificate, ...]
) -> Trouble | None:
    """Return why a certificate may not sign; what is wrong with the rules themselves is raised."""
    try:
        _obey(line, certificate, beside)
    except SigningError as error:
        if error.trouble is Trouble.SETTINGS:
            raise
        return error.trouble
    return None


def _proof(line: Mapping[str, Any], pdf: bytes) -> Proof:
    """Return what a file says of its signature, by the rules in ``line`` as they stood when it was made."""
    # pyHanko, which nothing else waits for
    from officer_console.signing import proof

    found = proof.read(pdf)
    if found.at > datetime.fromisoformat(line["now"]) + AHEAD:
        raise SigningError(Trouble.DOCUMENT, "time")
    _obey({**line, "now": found.at.isoformat()}, found.certificate, found.beside)
    return Proof(certificate=facts.facts(found.certificate), at=found.at.astimezone(UTC), about=found.about)


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
