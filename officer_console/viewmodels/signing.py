"""Signing a batch: which certificates there are, which one is chosen, and how far the batch is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from officer_console.services.sign_documents import (
    Batch,
    Certificate,
    Choice,
    Keep,
    PinState,
    Secret,
    Settings,
    Signed,
    Signer,
)
from officer_console.viewmodels.ports import Clock, Jobs
from officer_console.viewmodels.review_ports import Failure, failure

NOT_SET_UP = "signing-not-set-up"


class SigningPort(Protocol):
    """What signs (``services.sign_documents.SignDocuments``); every call may be slow and raise SigningError."""

    def settings(self) -> Settings:
        """Return what the administrator allows."""

    def certificates(self, module: str) -> tuple[Certificate, ...]:
        """Return the certificates on the tokens of a module."""

    def last_choice(self) -> Choice:
        """Return what was signed with last."""

    def open(self, chosen: Choice, certificate: Certificate | None, secret: Secret) -> AbstractContextManager[Signer]:
        """Return a block in which one signs; ``secret`` is wiped."""

    def sign(self, batch: Batch, signer: Signer, keep: Keep) -> Iterator[Signed]:
        """Sign what is left and yield each one that is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One entry of the list: a certificate on a token, or a file. ``trouble`` is a code: why it cannot be used."""

    choice: Choice
    certificate: Certificate | None = None
    trouble: str = ""

    @property
    def key(self) -> str:
        """What names it."""
        return self.choice.file or f"{self.choice.module}\n{self.choice.serial}\n{self.choice.fingerprint}"

    @property
    def pin(self) -> PinState:
        """What the token tells of its PIN."""
        return self.certificate.pin if self.certificate is not None else PinState.GOOD


class SigningViewModel(QObject):
    """``changed`` says that anything shown differs, ``moved`` that one more document is done while they are signed.

    ``finished`` says that nothing of the batch is left.

    Nothing is asked before ``refresh``. ``keep`` stores a signed document and runs where signing runs.
    """

    changed = Signal()
    moved = Signal()
    finished = Signal()
    _signed = Signal()

    def __init__(
        self,
        service: SigningPort,
        batch: Batch,
        keep: Keep,
        jobs: Jobs,
        *,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._keep = keep
        self._jobs = jobs
        self._clock = clock
        self.batch = batch
        self.offers: tuple[Offer, ...] = ()
        self.chosen = ""
        self.key_files = False
        self.failure: Failure | None = None
        self.problems: dict[str, Failure] = {}
        self.signing = False
        self.stopping = False
        self._asked = 0
        self._round: object | None = None
        self._last = Choice()
        self._stop = threading.Event()
        self._ended = False
        self._signed.connect(self.moved, Qt.ConnectionType.QueuedConnection)

    @property
    def listing(self) -> bool:
        """Whether tokens are being asked."""
        return self._asked > 0

    @property
    def offer(self) -> Offer | None:
        """What is chosen."""
        return next((each for each in self.offers if each.key == self.chosen), None)

    @property
    def ready(self) -> bool:
        """Whether a PIN may be entered: something usable is chosen and something is left to sign."""
        offer = self.offer
        return offer is not None and not offer.trouble and not self.signing and bool(self.batch.left)

    def refresh(self) -> None:
        """Ask which certificates there are; each module is shown as it answers."""
        if self.listing or self.signing:
            return
        current = self._round = object()
        self._asked, self.failure, self.problems = 1, None, {}
        self.offers = tuple(each for each in self.offers if each.choice.file)
        self.changed.emit()

        def work() -> tuple[Settings, Choice]:
            return self._service.settings(), self._service.last_choice()

        def done(found: tuple[Settings, Choice]) -> None:
            if current is not self._round:
                return
            settings, self._last = found
            self.key_files = settings.key_files
            if self._last.file and self.key_files:
                self._add((Offer(choice=self._last),))
            self._asked += len(settings.modules) - 1
            for module in settings.modules:
                self._ask(module.name, current)
            if not settings.modules and not settings.key_files:
                self.failure = Failure(code=NOT_SET_UP)
            self.changed.emit()

        self._jobs.run(work, done, lambda error: self._on_unlisted("", error, current))

    def choose(self, key: str) -> None:
        """Choose one of the offers."""
        if key != self.chosen and not self.signing:
            self.chosen, self.failure = key, None
            self.changed.emit()

    def choose_file(self, path: Path) -> None:
        """Offer a key file and choose it."""
        if self.key_files and not self.signing:
            offer = Offer(choice=Choice(file=str(path)))
            self._add((offer,))
            self.choose(offer.key)
            self.changed.emit()

    def sign(self, secret: str) -> None:
        """Sign what is left of the batch with the chosen certificate and the PIN or password ``secret``."""
        offer = self.offer
        if offer is None or not self.ready or not secret:
            return
        self.signing, self.stopping, self.failure = True, False, None
        stop = self._stop = threading.Event()
        held = Secret(secret)
        self.changed.emit()

        def work() -> None:
            with self._service.open(offer.choice, offer.certificate, held) as signer:
                for _ in self._service.sign(self.batch, signer, self._keep):
                    with suppress(RuntimeError):  # the window went while documents were signed
                        self._signed.emit()
                    if stop.is_set():
                        return

        self._jobs.run(work, self._on_signed, self._on_failed)

    def stop(self) -> None:
        """Stop after the document under way; what is signed stays signed."""
        if self.signing:
            self.stopping = True
            self._stop.set()
            self.changed.emit()

    def end(self) -> None:
        """The dialog is gone: stop after the document under way; answers that come later are dropped."""
        self._ended = True
        self._round = None
        self._stop.set()

    def _ask(self, module: str, current: object) -> None:
        def done(found: tuple[Certificate, ...]) -> None:
            if current is self._round:
                self._asked -= 1
                self._add(tuple(self._offer(module, each) for each in found))
                self.changed.emit()

        self._jobs.run(
            lambda: self._service.certificates(module), done, lambda error: self._on_unlisted(module, error, current)
        )

    def _offer(self, module: str, certificate: Certificate) -> Offer:
        trouble = certificate.trouble(self._clock())
        choice = Choice(
            module=module,
            token=certificate.token,
            serial=certificate.serial,
            fingerprint=certificate.fingerprint,
        )
        return Offer(choice=choice, certificate=certificate, trouble=trouble.value if trouble is not None else "")

    def _add(self, offers: tuple[Offer, ...]) -> None:
        known = {each.key for each in offers}
        self.offers = (*(each for each in self.offers if each.key not in known), *offers)
        if self.offer is not None:
            return
        usable = [each for each in self.offers if not each.trouble]
        last = Offer(choice=self._last).key
        self.chosen = next((each.key for each in usable if each.key == last), "")
        if not self.chosen and len(usable) == 1:
            self.chosen = usable[0].key

    def _on_unlisted(self, module: str, error: Exception, current: object) -> None:
        if current is self._round:
            self._asked -= 1
            self.problems[module] = failure(error)
            if not self.offers:
                self.failure = self.problems[module]
            self.changed.emit()

    def _on_signed(self, _nothing: None) -> None:
        if self._ended:
            return
        self.signing = self.stopping = False
        self.changed.emit()
        if not self.batch.left:
            self.finished.emit()

    def _on_failed(self, error: Exception) -> None:
        if self._ended:
            return
        self.signing = self.stopping = False
        self.failure = failure(error)
        self.changed.emit()
