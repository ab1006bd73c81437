"""The program's side of signing: starts the worker, bounds every wait, kills it, and keeps the secret short."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from officer_console.signing import lines
from officer_console.signing.child import WORKER, Child, Seconds, sense
from officer_console.signing.secret import Secret
from officer_console.signing.settings import Settings
from officer_console.signing.signer import Certificate, Mark, Proof, SigningError, Trouble

FILE_LIMIT = 1024 * 1024


class SigningHost:
    """Lists certificates, opens keys and looks at signatures; each call starts a worker of its own.

    ``settings`` is asked anew each time and may raise SigningError; ``environment`` is the workers', ``None`` for the
    program's own.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        *,
        clock: Callable[[], datetime],
        seconds: Seconds | None = None,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._seconds = seconds or Seconds()
        self._environment = environment
        self._command = command
        self._guard = threading.Lock()
        self._workers: set[Child] = set()
        self._closed = False

    def settings(self) -> Settings:
        """Return what the administrator allows; raises SigningError (SETTINGS)."""
        return self._settings()

    def certificates(self, module: str) -> tuple[Certificate, ...]:
        """Return the certificates on the tokens of a module, those that will be refused among them.

        A PIN is not needed.

        Raises:
            SigningError: NO_TOKEN, NO_CERTIFICATE, the MODULE_ ones, SETTINGS, DRIVER, DRIVER_HANGS.
        """
        settings = self._settings()
        path = settings.module(module).path
        with self._worker() as worker:
            line, _ = worker.ask({"do": "certificates", "module": path, **self._rules(settings)})
            with sense():
                found = tuple(lines.read_certificate(each) for each in line["certificates"])
        if not found:
            raise SigningError(Trouble.NO_CERTIFICATE)
        return found

    def signer_of(self, pdf: bytes) -> Proof:
        """Return whose signature a foreign file bears, since when and about what; the signature fits it whole.

        Raises:
            SigningError: DOCUMENT: it bears none that does, or one of the future; AUTHORITY, OTHER_PURPOSE, NAMELESS,
                KEY_TOO_SHORT, UNTRUSTED: not one that counts on this machine; SETTINGS, DRIVER, DRIVER_HANGS, CLOSED:
                nobody knows.
        """
        rules = self._rules(self._settings())
        with self._worker() as worker:
            line, _ = worker.ask({"do": "signer", **rules}, (pdf,))
            with sense():
                return lines.read_proof(line["proof"])

    @contextlib.contextmanager
    def token(self, module: str, certificate: Certificate, pin: Secret) -> Iterator[OpenSigner]:
        """Log in to a token and give out what signs with it; at the end of the block its worker is gone.

        ``pin`` is wiped as soon as the worker has it, and also when it was never needed.

        Raises:
            SigningError: EXPIRED, NOT_YET_VALID, KEY_USAGE, and why ``certificate`` is refused, before the PIN is used;
                then what the token says, and AUTHORITY, OTHER_PURPOSE, NAMELESS, KEY_TOO_SHORT, UNTRUSTED.
        """

        def prepare() -> tuple[dict[str, object], tuple[bytes, ...]]:
            self._check(certificate)
            settings = self._settings()
            line: dict[str, object] = {
                "do": "open-token",
                "module": settings.module(module).path,
                "serial": certificate.serial,
                "fingerprint": certificate.fingerprint,
                **self._rules(settings),
            }
            return line, ()

        with self._opened(prepare, pin) as signer:
            yield signer

    @contextlib.contextmanager
    def file(self, path: Path, password: Secret) -> Iterator[OpenSigner]:
        """Open a PKCS#12 file and give out what signs with its key; ``password`` is wiped as above.

        Raises:
            SigningError: FILES_FORBIDDEN, FILE_UNREADABLE, FILE_MALFORMED, WRONG_PASSWORD, NO_KEY; EXPIRED,
                NOT_YET_VALID, KEY_USAGE, AUTHORITY, OTHER_PURPOSE, NAMELESS, KEY_TOO_SHORT, UNTRUSTED.
        """

        def prepare() -> tuple[dict[str, object], tuple[bytes, ...]]:
            settings = self._settings()
            if not settings.key_files:
                raise SigningError(Trouble.FILES_FORBIDDEN)
            return {"do": "open-file", **self._rules(settings)}, (_read(path),)

        with self._opened(prepare, password) as signer:
            yield signer

    def close(self) -> None:
        """Kill all workers for good; whoever waits for one is told CLOSED. Any thread."""
        with self._guard:
            self._closed = True
            workers = tuple(self._workers)
        for worker in workers:
            worker.kill(Trouble.CLOSED)

    @contextlib.contextmanager
    def _opened(
        self, prepare: Callable[[], tuple[dict[str, object], tuple[bytes, ...]]], secret: Secret
    ) -> Iterator[OpenSigner]:
        with contextlib.ExitStack() as ends:
            try:
                line, parts = prepare()
                worker = ends.enter_context(self._worker())
                with secret.view() as view:
                    answer, _ = worker.ask(line, (*parts, view))
            finally:
                secret.wipe()
            with sense():
                certificate = lines.read_certificate(answer["opened"])
            self._check(certificate)
            yield OpenSigner(worker, certificate)

    def _rules(self, settings: Settings) -> dict[str, object]:
        """Return what a worker has to know beside the certificates or the key."""
        server = asdict(settings.timestamp) if settings.timestamp is not None else None
        return {"timestamp": server, "roots": settings.roots, "now": self._clock().isoformat()}

    def _check(self, certificate: Certificate) -> None:
        trouble = certificate.trouble(self._clock())
        if trouble is not None:
            raise SigningError(trouble)

    @contextlib.contextmanager
    def _worker(self) -> Iterator[Child]:
        worker = Child(self._command, self._environment, self._seconds)
        with self._guard:
            self._workers.add(worker)
            closed = self._closed
        try:
            if closed:
                raise SigningError(Trouble.CLOSED)
            worker.ready()
            yield worker
        finally:
            with self._guard:
                self._workers.discard(worker)
            worker.end()


class OpenSigner:
    """A key that is open; see :class:`signer.Signer`."""

    def __init__(self, worker: Child, certificate: Certificate) -> None:
        self._worker = worker
        self._certificate = certificate

    @property
    def certificate(self) -> Certificate:
        """Whose signature it is."""
        return self._certificate

    def sign(self, pdf: bytes, reason: str, *, at: datetime, mark: Mark | None = None, about: str = "") -> bytes:
        """Return ``pdf`` with a signature behind it; raises SigningError."""
        trouble = self._certificate.trouble(at)
        if trouble is not None:
            raise SigningError(trouble)
        line: dict[str, object] = {"do": "sign", "reason": reason, "at": at.isoformat(), "about": about}
        if mark is None:
            _, parts = self._worker.ask(line, (pdf,))
        else:
            drawn = {"page": mark.page, "box": mark.box, "spoken": mark.spoken}
            _, parts = self._worker.ask({**line, **drawn}, (pdf, mark.picture))
        if len(parts) != 1 or not parts[0].startswith(pdf):
            # What was there before is not to be touched by whoever only adds something.
            raise SigningError(Trouble.DRIVER, "answer")
        return bytes(parts[0])


def _read(path: Path) -> bytes:
    try:
        if path.is_file():
            with path.open("rb") as file:
                data = file.read(FILE_LIMIT + 1)
            if len(data) > FILE_LIMIT:
                raise SigningError(Trouble.FILE_MALFORMED)
            return data
    except OSError:
        pass
    raise SigningError(Trouble.FILE_UNREADABLE)
