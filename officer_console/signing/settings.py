"""What the administrator allows for signing: the modules of tokens, key files, and the time-stamp server."""

from __future__ import annotations

import ssl
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from officer_console.rights import others_write
from officer_console.signing.signer import SigningError, Trouble

BYTES_LIMIT = 256 * 1024
NAME_LIMIT = 60
BEGIN = "-----BEGIN CERTIFICATE-----"
ROOTS = frozenset({".pem", ".crt", ".cer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A PKCS#11 module: ``name`` is what officers read, ``path`` the library's absolute path."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStampServer:
    """A server of time stamps (RFC 3161); ``roots`` (PEM) are believed, and ``https_ca`` is a path or empty."""

    url: str
    roots: str
    https_ca: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be used; nothing where the administrator has said nothing.

    ``required``: a notice does not leave the desk unsigned. ``roots`` (PEM): a certificate has to lead to one of them;
    where it is empty anybody's signs.
    """

    modules: tuple[Module, ...] = ()
    key_files: bool = False
    timestamp: TimeStampServer | None = None
    required: bool = False
    roots: str = ""

    @property
    def possible(self) -> bool:
        """Whether anything may be signed with."""
        return bool(self.modules) or self.key_files

    def module(self, name: str) -> Module:
        """Return the module of that name.

        Raises:
            SigningError: MODULE_UNKNOWN; MODULE_MISSING; MODULE_BROKEN where others may write to it.
        """
        found = next((each for each in self.modules if each.name == name), None)
        if found is None:
            raise SigningError(Trouble.MODULE_UNKNOWN)
        if not Path(found.path).is_file():
            raise SigningError(Trouble.MODULE_MISSING)
        if others_write(Path(found.path)):
            raise SigningError(Trouble.MODULE_BROKEN, "writable by others")
        return found


def read(path: Path) -> Settings:
    """Return the settings in a TOML file; none of a file that is not there.

    Raises:
        SigningError: SETTINGS, the detail names the key.
    """
    try:
        if others_write(path):
            raise SigningError(Trouble.SETTINGS, "writable by others")
        with path.open("rb") as file:
            data = file.read(BYTES_LIMIT + 1)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SigningError(Trouble.SETTINGS, type(error).__name__) from None
    if len(data) > BYTES_LIMIT:
        raise SigningError(Trouble.SETTINGS, "too large")
    try:
        values = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SigningError(Trouble.SETTINGS, type(error).__name__) from None
    return _settings(values)


def _settings(values: dict[str, Any]) -> Settings:
    _only(values, {"module", "key_files", "timestamp", "required", "roots"}, "")
    tables, key_files, required = (
        values.get("module", []),
        values.get("key_files", False),
        values.get("required", False),
    )
    if not isinstance(tables, list) or not isinstance(key_files, bool) or not isinstance(required, bool):
        raise SigningError(Trouble.SETTINGS, "module, key_files, required")
    modules = tuple(_module(table) for table in tables)
    if len({each.name for each in modules}) != len(modules):
        raise SigningError(Trouble.SETTINGS, "module.name")
    server = _server(values.get("timestamp"))
    roots = _roots(Path(_text(values, "roots", ""))) if "roots" in values else ""
    return Settings(modules=modules, key_files=key_files, timestamp=server, required=required, roots=roots)


def _roots(path: Path) -> str:
    """Return the certificates in a file, or in the files of a folder, PEM or DER, as PEM."""
    if not path.is_absolute():
        raise SigningError(Trouble.SETTINGS, "roots")
    try:
        files = sorted(each for each in path.iterdir() if each.suffix.lower() in ROOTS) if path.is_dir() else [path]
        if any(others_write(each) for each in (path, *files)):
            raise SigningError(Trouble.SETTINGS, "roots: writable by others")
        found = "".join(_pem(each) for each in files)
    except (OSError, UnicodeDecodeError):
        raise SigningError(Trouble.SETTINGS, "roots") from None
    if not found or len(found) > BYTES_LIMIT:
        raise SigningError(Trouble.SETTINGS, "roots")
    return found


def _pem(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(BYTES_LIMIT + 1)
    if BEGIN.encode() in data:
        return data.decode("ascii") + "\n"
    return ssl.DER_cert_to_PEM_cert(data)


def _module(table: object) -> Module:
    members = _only(table, {"name", "path"}, "module")
    name, path = _text(members, "name", "module"), _text(members, "path", "module")
    if len(name) > NAME_LIMIT or not PurePath(path).is_absolute():
        raise SigningError(Trouble.SETTINGS, "module.path")
    return Module(name=name, path=path)


def _server(table: object) -> TimeStampServer | None:
    if table is None:
        return None
    members = _only(table, {"url", "roots", "https_ca"}, "timestamp")
    url, ca = _text(members, "url", "timestamp"), members.get("https_ca", "")
    try:
        address = urlsplit(url)
        good = address.scheme in ("http", "https") and bool(address.hostname) and address.username is None
        good = good and address.port != 0
    except ValueError:
        good = False
    if not good or not isinstance(ca, str):
        raise SigningError(Trouble.SETTINGS, "timestamp.url")
    try:
        roots = Path(_text(members, "roots", "timestamp")).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise SigningError(Trouble.SETTINGS, "timestamp.roots") from None
    if BEGIN not in roots or len(roots) > BYTES_LIMIT:
        raise SigningError(Trouble.SETTINGS, "timestamp.roots")
    return TimeStampServer(url=url, roots=roots, https_ca=ca)


def _only(table: object, known: set[str], name: str) -> dict[str, Any]:
    if not isinstance(table, dict) or not table.keys() <= known:
        raise SigningError(Trouble.SETTINGS, name)
    return table


def _text(members: dict[str, Any], key: str, table: str) -> str:
    value = members.get(key)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise SigningError(Trouble.SETTINGS, f"{table}.{key}".lstrip("."))
    return value.strip()
