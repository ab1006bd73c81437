"""A real token made of software (SoftHSM 2) with keys and certificates on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signing.authority import Key, pem

PIN = "482916"
LABEL = "Chữ ký số"
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)

# Runs in a process of its own: one process knows one place of tokens.
_FILL = """
import sys
from pathlib import Path
import pkcs11
from pkcs11 import Attribute, CertificateType, ObjectClass
from pkcs11.util.rsa import decode_rsa_private_key
from asn1crypto import keys, pem, x509
module, pin, folder, always = sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4] == "always"
(token,) = [t for t in pkcs11.lib(module).get_tokens() if t.label]
with token.open(rw=True, user_pin=pin) as session:
    for place in sorted(folder.glob("*.der")):
        certificate = x509.Certificate.load(place.read_bytes())
        number = bytes([int(place.stem)])
        session.create_object({
            Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True, Attribute.PRIVATE: False, Attribute.ID: number, Attribute.LABEL: place.stem,
            Attribute.SUBJECT: certificate.subject.dump(), Attribute.VALUE: certificate.dump(),
        })
        key_file = place.with_suffix(".pem")
        if not key_file.exists():
            continue
        info = keys.PrivateKeyInfo.load(pem.unarmor(key_file.read_bytes())[2])
        inner = info["private_key"].parsed
        if info.algorithm == "rsa":
            attributes = decode_rsa_private_key(inner.dump())
        else:
            curve = info["private_key_algorithm"]["parameters"].dump()
            attributes = {
                Attribute.KEY_TYPE: pkcs11.KeyType.EC, Attribute.EC_PARAMS: curve,
                Attribute.VALUE: inner["private_key"].native.to_bytes(32, "big"),
            }
        session.create_object({
            **attributes, Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.TOKEN: True, Attribute.PRIVATE: True,
            Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.SIGN: True, Attribute.ID: number,
            Attribute.LABEL: place.stem, Attribute.ALWAYS_AUTHENTICATE: always,
        })
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftToken:
    """A token; ``environment`` is what a process needs to find it, ``objects`` the folder it is kept in."""

    module: str
    environment: dict[str, str]
    objects: Path

    def copied(self, folder: Path, *, mechanisms: str = "ALL") -> SoftToken:
        """Return another token with the same things on it, which may be spoilt; it knows the named mechanisms."""
        shutil.copytree(self.objects, folder / "tokens")
        return SoftToken(module=self.module, environment=_environment(folder, mechanisms), objects=folder / "tokens")

    def remove(self) -> None:
        """Pull it out."""
        shutil.rmtree(self.objects)
        self.objects.mkdir()


def module() -> str:
    """Return the path of SoftHSM's module."""
    return next(path for path in MODULES if Path(path).exists())


def make(
    folder: Path, contents: Sequence[tuple[x509.Certificate, Key | None]], *, ask_each_time: bool = False
) -> SoftToken:
    """Return a new token with ``contents``; ``ask_each_time``: its keys want the PIN for every signature."""
    (folder / "tokens").mkdir(parents=True)
    (folder / "contents").mkdir()
    environment = _environment(folder)
    for number, (certificate, key) in enumerate(contents, 1):
        (folder / "contents" / f"{number}.der").write_bytes(certificate.public_bytes(Encoding.DER))
        if key is not None:
            (folder / "contents" / f"{number}.pem").write_bytes(pem(key))
    start = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "12345678"]
    subprocess.run(start, env=environment, check=True, capture_output=True, timeout=60)
    fill = [sys.executable, "-c", _FILL, module(), PIN, str(folder / "contents"), "always" if ask_each_time else "once"]
    subprocess.run(fill, env=environment, check=True, timeout=60)
    shutil.rmtree(folder / "contents")
    return SoftToken(module=module(), environment=environment, objects=folder / "tokens")


def _environment(folder: Path, mechanisms: str = "ALL") -> dict[str, str]:
    """Write SoftHSM's configuration and return an environment that names it."""
    words = f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    words += f"slots.mechanisms = {mechanisms}\n"
    (folder / "softhsm2.conf").write_text(words, encoding="utf-8")
    return {**os.environ, "SOFTHSM2_CONF": str(folder / "softhsm2.conf")}
