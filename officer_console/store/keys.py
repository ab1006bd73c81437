"""The store's random key, sealed under the officer's password: Argon2id makes the wrapping key, AES-256-GCM wraps."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import unicodedata
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
SLOT_NAME = "key.json"
FORMAT = 1

_SALT_BYTES = 16
_NONCE_BYTES = 12
_MIB = 1024


class KeySlotError(Exception):
    """The key cannot be had. ``code``: ``wrong-password``, ``no-slot``, ``slot-damaged``, ``slot-weakened``.

    ``slot-missing`` and ``password-changed`` are said by whoever knows more than the slot.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Argon2id parameters: passes, memory in KiB, lanes (RFC 9106; second recommended set, memory-constrained)."""

    time_cost: int = 3
    memory_kib: int = 64 * _MIB
    parallelism: int = 4

    def allowed(self) -> bool:
        """Whether a slot may ask for this much: never less than ours, never enough to choke the machine."""
        return 3 <= self.time_cost <= 12 and 64 * _MIB <= self.memory_kib <= 1024 * _MIB and 1 <= self.parallelism <= 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """The slot file. ``check`` is the SHA-256 of the rest: it tells a damaged file from a wrong password."""

    format: int
    cost: Cost
    salt: str
    nonce: str
    wrapped: str
    check: str = ""

    def header(self) -> bytes:
        """Return what the wrapping authenticates besides the key."""
        return _json({"format": self.format, "cost": asdict(self.cost), "salt": self.salt})

    def sum(self) -> str:
        """Return the value ``check`` has to have."""
        return hashlib.sha256(b"|".join((self.header(), self.nonce.encode(), self.wrapped.encode()))).hexdigest()


class KeySlots:
    """The one slot in an officer's folder. Every call that opens or wraps takes about 0.1 s of Argon2id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / SLOT_NAME

    def exists(self) -> bool:
        """Whether there is a slot."""
        return self._path.exists()

    def create(self, password: str) -> bytes:
        """Make a random 256-bit key, keep it sealed under ``password`` and return it.

        Raises:
            FileExistsError: there is a slot already; of two that create at once, one gets this.
        """
        if self.exists():
            raise FileExistsError(SLOT_NAME)
        key = secrets.token_bytes(KEY_BYTES)
        self._write(_wrap(key, password), replace_old=False)
        return key

    def open(self, password: str) -> bytes:
        """Return the key.

        Raises:
            KeySlotError: ``no-slot``, ``slot-damaged``, ``wrong-password``, or ``slot-weakened``: its parameters are
                outside the policy, and no work was done with them.
        """
        slot = self._read()
        if not slot.cost.allowed():
            raise KeySlotError("slot-weakened")
        try:
            return AESGCM(_derive(password, _bytes(slot.salt), slot.cost)).decrypt(
                _bytes(slot.nonce), _bytes(slot.wrapped), slot.header()
            )
        except InvalidTag:
            raise KeySlotError("wrong-password") from None

    def rewrap(self, old: str, new: str) -> None:
        """Seal the same key under the password ``new``. Raises ``KeySlotError`` as ``open`` does.

        Then nothing changed.
        """
        self._write(_wrap(self.open(old), new))

    def _read(self) -> _Slot:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            raise KeySlotError("no-slot") from None
        try:
            slot = msgspec.json.decode(data, type=_Slot)
            sizes = (len(_bytes(slot.salt)), len(_bytes(slot.nonce)), len(_bytes(slot.wrapped)))
        except (msgspec.DecodeError, ValueError):
            raise KeySlotError("slot-damaged") from None
        if slot.format != FORMAT or slot.check != slot.sum() or sizes != (_SALT_BYTES, _NONCE_BYTES, KEY_BYTES + 16):
            raise KeySlotError("slot-damaged")
        return slot

    def _write(self, slot: _Slot, *, replace_old: bool = True) -> None:
        """Write the slot file in one step that a power cut cannot halve.

        Raises:
            FileExistsError: there is one, and it is not to be replaced.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._path.with_name(f"{SLOT_NAME}.{secrets.token_hex(8)}.part")
        try:
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_json(asdict(slot)))
                file.flush()
                os.fsync(file.fileno())
            if replace_old:
                part.replace(self._path)
            elif os.name == "nt":
                # On Windows a rename refuses to replace; elsewhere it does not, and a hard link does.
                part.rename(self._path)
            else:
                self._path.hardlink_to(part)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(self._folder)


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable where the system lets a folder be opened (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _wrap(key: bytes, password: str) -> _Slot:
    cost = Cost()
    salt = secrets.token_bytes(_SALT_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    bare = _Slot(format=FORMAT, cost=cost, salt=_text(salt), nonce=_text(nonce), wrapped="")
    wrapped = AESGCM(_derive(password, salt, cost)).encrypt(nonce, key, bare.header())
    unchecked = replace(bare, wrapped=_text(wrapped))
    return replace(unchecked, check=unchecked.sum())


def _derive(password: str, salt: bytes, cost: Cost) -> bytes:
    secret = unicodedata.normalize("NFC", password).encode()
    return hash_secret_raw(secret, salt, cost.time_cost, cost.memory_kib, cost.parallelism, KEY_BYTES, Type.ID)


def _json(value: object) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
