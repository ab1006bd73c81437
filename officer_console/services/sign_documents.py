"""Signing documents: who can sign, one PIN for a batch, and a batch that can be stopped and gone on with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from officer_console.services.notice_numbers import Series
from officer_console.signing import choice, settings
from officer_console.signing.choice import Choice
from officer_console.signing.host import SigningHost
from officer_console.signing.secret import Secret
from officer_console.signing.settings import Settings
from officer_console.signing.signer import Certificate, Mark, PinState, Proof, Signer, SigningError, Trouble

__all__ = [
    "Batch",
    "Certificate",
    "Choice",
    "Keep",
    "PinState",
    "Proof",
    "Secret",
    "Settings",
    "SignDocuments",
    "Signed",
    "SignedDocument",
    "Signer",
    "SigningError",
    "Trouble",
    "UnsignableError",
    "Unsigned",
    "allowed",
    "sign_all",
    "sign_documents",
]

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Draw = Callable[[Certificate, datetime, str], Mark | None]


class UnsignableError(Exception):
    """This document cannot be signed as it is, others can: ``code`` and ``data`` for the sentence."""

    def __init__(self, code: str, data: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.data = dict(data or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A document to be signed. ``read`` gives its bytes when its turn comes, so that a batch needs no room for all.

    ``reason`` stands in the signature; ``draw`` makes what is seen of it from the certificate, the time and the reason.
    Both may raise UnsignableError. ``about`` is asked behind them for what stands in the signature for a ``Proof``.
    """

    id: str
    read: Callable[[], bytes]
    reason: str = ""
    draw: Draw = lambda _certificate, _at, _reason: None
    about: Callable[[], str] = lambda: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A document of a batch is done: signed and kept, or ``error`` says why this one cannot be signed."""

    id: str
    error: SigningError | UnsignableError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """A signed document to be kept: ``pdf``, and who signed it at which time (aware; the one in the signature)."""

    id: str
    pdf: bytes
    certificate: Certificate
    at: datetime


Keep = Callable[[SignedDocument], None]


class Batch:
    """Documents to be signed and which of them are done; what was kept once is never signed a second time.

    ``series`` are the numbers that they get, where they get any.
    """

    def __init__(self, documents: Sequence[Unsigned], series: Series | None = None) -> None:
        self.documents = tuple(documents)
        self.series = series
        self._done: dict[str, SigningError | UnsignableError | None] = {}

    @property
    def left(self) -> tuple[Unsigned, ...]:
        """What is still to be signed, in order."""
        return tuple(each for each in self.documents if each.id not in self._done)

    @property
    def signed(self) -> int:
        """How many are signed and kept."""
        return sum(error is None for error in self._done.values())

    @property
    def refused(self) -> tuple[str, ...]:
        """The ids of those that cannot be signed as they are."""
        return tuple(each for each, error in self._done.items() if error is not None)

    @property
    def errors(self) -> tuple[SigningError | UnsignableError, ...]:
        """Why those could not be signed, each reason once."""
        return tuple({error.code: error for error in self._done.values() if error is not None}.values())

    def note(self, signed: Signed) -> None:
        """Take note of one that is done."""
        self._done[signed.id] = signed.error


def allowed(settings: Callable[[], Settings] | None) -> tuple[bool, bool]:
    """Return whether there is something to sign with, and whether notices have to be signed; without settings neither.

    While they cannot be read nobody knows, so notices have to be, and the dialog says what is wrong.
    """
    if settings is None:
        return False, False
    try:
        known = settings()
    except SigningError:
        return True, True
    return known.possible, known.required


def sign_all(batch: Batch, signer: Signer, keep: Keep, *, clock: Clock) -> Iterator[Signed]:
    """Sign what is left of ``batch`` and yield each one after ``keep`` came back.

    Leave the iterator to stop; a new one goes on where this ended. A document that cannot be signed, or that ``keep``
    does not take (UnsignableError), is told and passed over.

    Raises:
        SigningError: nothing more can be signed: token gone, time-stamp server away, certificate expired …
    """
    for document in batch.left:
        try:
            pdf, at = document.read(), clock()
            mark = document.draw(signer.certificate, at, document.reason)
            made = signer.sign(pdf, document.reason, at=at, mark=mark, about=document.about())
            keep(SignedDocument(id=document.id, pdf=made, certificate=signer.certificate, at=at))
        except (SigningError, UnsignableError) as error:
            if isinstance(error, SigningError) and error.trouble is not Trouble.DOCUMENT:
                raise
            done = Signed(id=document.id, error=error)
        else:
            done = Signed(id=document.id)
        batch.note(done)
        yield done


class SignDocuments:
    """What an officer may sign with, and the choice he made last. Everything may be slow and raise SigningError."""

    def __init__(self, host: SigningHost, choice_path: Path, *, clock: Clock) -> None:
        self._host = host
        self._path = choice_path
        self._clock = clock

    def settings(self) -> Settings:
        """Return what the administrator allows."""
        return self._host.settings()

    def certificates(self, module: str) -> tuple[Certificate, ...]:
        """Return the certificates on the tokens of a module; a PIN is not needed."""
        return self._host.certificates(module)

    def signer_of(self, pdf: bytes) -> Proof:
        """Return whose signature a foreign file bears; see ``SigningHost.signer_of``."""
        return self._host.signer_of(pdf)

    def last_choice(self) -> Choice:
        """Return what was signed with last; an empty choice at first."""
        return choice.load(self._path)

    def open(self, chosen: Choice, certificate: Certificate | None, secret: Secret) -> AbstractContextManager[Signer]:
        """Return a block in which one signs with ``chosen``, a ``certificate`` on a token or a key file.

        ``secret`` is wiped. What could be opened is remembered for next time.
        """
        if chosen.file:
            return self._remembering(self._host.file(Path(chosen.file), secret), chosen)
        if certificate is None:
            secret.wipe()
            raise SigningError(Trouble.NO_CERTIFICATE)
        return self._remembering(self._host.token(chosen.module, certificate, secret), chosen)

    def sign(self, batch: Batch, signer: Signer, keep: Keep) -> Iterator[Signed]:
        """Sign what is left of ``batch``; see :func:`sign_all`."""
        return sign_all(batch, signer, keep, clock=self._clock)

    def close(self) -> None:
        """End what is open, for good; any thread."""
        self._host.close()

    @contextmanager
    def _remembering(self, opened: AbstractContextManager[Signer], chosen: Choice) -> Iterator[Signer]:
        with opened as signer:
            try:
                choice.save(self._path, chosen)
            except OSError as error:
                # he chooses again next time
                log.info("choice of certificate not kept: %s", type(error).__name__)
            yield signer


def sign_documents(settings_path: Path, choice_path: Path, *, clock: Clock) -> SignDocuments:
    """Return the service over the administrator's file and the officer's own."""
    return SignDocuments(SigningHost(lambda: settings.read(settings_path), clock=clock), choice_path, clock=clock)
