"""One authority, one token and one host for the tests of signing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from officer_console.signing.child import Seconds
from officer_console.signing.host import SigningHost
from officer_console.signing.settings import Module, Settings, TimeStampServer
from tests.signing import soft_token
from tests.signing.authority import DAY, NOW, Authority, key_file, rsa_key
from tests.signing.soft_token import SoftToken

MODULE = "Token"

Hosted = Callable[..., SigningHost]


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def token(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> SoftToken:
    """Return a token with an RSA key, a key on a curve, the root, and certificates nobody may sign with."""
    key, curve = rsa_key(1), ec.generate_private_key(ec.SECP256R1())
    return soft_token.make(
        tmp_path_factory.mktemp("token"),
        (
            (authority.certificate(key, name="RSA"), key),
            (authority.root, None),
            (authority.certificate(curve, name="EC", bits=("digital_signature",)), curve),
            (authority.certificate(key, name="Expired", start=NOW - 9 * DAY, end=NOW - DAY), key),
            (authority.certificate(key, name="Future", start=NOW + DAY), key),
            (authority.certificate(key, name="Encrypts", bits=("key_encipherment",)), key),
            (authority.certificate(key, name="Says nothing", bits=None), key),
            (authority.certificate(rsa_key(2), name="Keyless"), None),
        ),
    )


@pytest.fixture
def hosted() -> Iterator[Hosted]:
    """Return what makes a host over a token or over nothing but key files."""
    hosts: list[SigningHost] = []

    def make(
        token: SoftToken | None = None,
        *,
        module: str = "",
        stamps: TimeStampServer | None = None,
        seconds: Seconds | None = None,
        environment: dict[str, str] | None = None,
    ) -> SigningHost:
        path = module or (token.module if token is not None else "")
        allowed = Settings(
            modules=(Module(name=MODULE, path=path),) if path else (), key_files=token is None, timestamp=stamps
        )
        host = SigningHost(
            lambda: allowed,
            clock=lambda: datetime.now(UTC),
            seconds=seconds,
            environment=environment or (token.environment if token is not None else None),
        )
        hosts.append(host)
        return host

    yield make
    for host in hosts:
        host.close()


@pytest.fixture(scope="session")
def officer_file(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a PKCS#12 file whose password is «Mật khẩu»."""
    path = tmp_path_factory.mktemp("files") / "officer.p12"
    path.write_bytes(key_file(rsa_key(1), authority.certificate(rsa_key(1)), "Mật khẩu"))
    return path
