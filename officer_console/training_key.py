"""A key to try signing with in training: made anew each time, worth nothing, and its password is in its name."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from officer_console.services.sign_documents import Choice
from officer_console.views import signing_words

VALID = timedelta(days=30)
_DAY = timedelta(days=1)
_USES = (
    "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
    "encipher_only decipher_only"
)


def prepared(folder: Path) -> tuple[Path, Path]:
    """Put a key, the settings that allow it and the choice of it into ``folder``; return what ``Config.signing`` takes.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key, settings, choice = folder / signing_words.TRAINING_KEY, folder / "signing.toml", folder / "signing.json"
    _write(key, _key_file(datetime.now(UTC)))
    _write(settings, b"key_files = true\n")
    _write(choice, json.dumps(asdict(Choice(file=str(key)))).encode())
    return settings, choice


def _key_file(now: datetime) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, signing_words.TRAINING_SIGNER)])
    may = {use: use in ("digital_signature", "content_commitment") for use in _USES.split()}
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + VALID)
        .add_extension(x509.KeyUsage(**may), critical=True)
        .sign(key, SHA256())
    )
    sealed = BestAvailableEncryption(signing_words.TRAINING_PASSWORD.encode())
    return serialize_key_and_certificates(b"training", key, certificate, None, sealed)


def _write(path: Path, data: bytes) -> None:
    """Write a file that nobody else may write to, whatever the mask of this process."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
