"""A small signing service for the dialog: it signs by adding a word, and fails as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
    SigningError,
    Trouble,
    Unsigned,
    sign_all,
)
from officer_console.signing.settings import Module

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PIN = "482916"
GOOD = Certificate(
    fingerprint="1" * 64,
    number="540c1a",
    subject="Nguyễn Thị Ánh Tuyết",
    issuer="Cơ quan chứng thực số chuyên dùng Chính phủ",
    not_before=NOW - timedelta(days=200),
    not_after=NOW + timedelta(days=500),
    signs=True,
    token="Chữ ký số",
    serial="20B6BA69F402C25C",
)
OLD = replace(GOOD, fingerprint="2" * 64, not_after=NOW - timedelta(days=1))
LAST = replace(GOOD, pin=PinState.LAST_TRY)


class FakeSigner:
    """Adds a word to a document."""

    certificate = GOOD

    def __init__(self, service: FakeSigning) -> None:
        self._service = service

    def sign(self, pdf: bytes, _reason: str, **_told: object) -> bytes:
        self._service.started.set()
        if not self._service.go.wait(30):
            raise AssertionError
        if self._service.fails_at is not None and pdf.endswith(self._service.fails_at):
            raise SigningError(self._service.fails_with)
        return pdf + b" signed"


class FakeSigning:
    """See ``viewmodels.signing.SigningPort``."""

    def __init__(
        self, *certificates: Certificate, settings: Settings | None = None, last: Choice | None = None
    ) -> None:
        self.found = certificates
        self.allowed = settings or Settings(modules=(Module(name="Token", path="/token.so"),))
        self.last = last or Choice()
        self.listing_fails: Trouble | None = None
        self.fails_at: bytes | None = None
        self.fails_with = Trouble.TOKEN_REMOVED
        self.started, self.go = threading.Event(), threading.Event()
        self.go.set()

    def settings(self) -> Settings:
        return self.allowed

    def certificates(self, _module: str) -> tuple[Certificate, ...]:
        if self.listing_fails is not None:
            raise SigningError(self.listing_fails)
        return self.found

    def last_choice(self) -> Choice:
        return self.last

    def open(self, chosen: Choice, certificate: Certificate | None, secret: Secret) -> AbstractContextManager[Signer]:
        return self._opened(chosen, certificate, secret)

    @contextmanager
    def _opened(self, chosen: Choice, certificate: Certificate | None, secret: Secret) -> Iterator[Signer]:
        with secret.view() as view:
            right = bytes(view) == PIN.encode()
        secret.wipe()
        if not right:
            raise SigningError(Trouble.WRONG_PASSWORD if chosen.file else Trouble.WRONG_PIN)
        assert chosen.file or certificate is not None
        self.last = chosen
        yield FakeSigner(self)

    def sign(self, batch: Batch, signer: Signer, keep: Keep) -> Iterator[Signed]:
        return sign_all(batch, signer, keep, clock=lambda: NOW)


def batch(count: int) -> Batch:
    """Return a batch of so many documents; each one's bytes are its id."""
    return Batch([Unsigned(id=f"n{number}", read=f"n{number}".encode) for number in range(1, count + 1)])
