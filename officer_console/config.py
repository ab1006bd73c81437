"""What a deployment sets: central's address, its CA, where the officer's data lies, the code reader's port."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from officer_console.central.wire import PAGE_LIMIT
from officer_console.devices.serial_host import USUAL_BAUD, SerialPort

APPLICATION = "officer-console"
LONGEST_PORT = 260
LONGEST_DESK = 40
SLOWEST_BAUD, FASTEST_BAUD = 300, 4_000_000


class ConfigError(Exception):
    """The configuration cannot be used. ``code``: ``config-unreadable``, ``config-malformed``, ``server-missing``."""

    def __init__(self, code: str, path: Path | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one start. ``poll_seconds`` is the time between two rounds of synchronisation.

    ``page_limit`` is how many dossiers are asked for at once. ``reader`` is the serial port of a code reader;
    readers that type need none. ``desk`` is what the counter is called on its day sheet, empty when nobody says.
    ``print_folder`` takes PDF files in place of paper, ``signing`` holds files of signing in place of this machine's:
    both are for training and never from the file.
    """

    server: str
    ca_bundle: Path | None
    data: Path
    poll_seconds: float = 15.0
    dark: bool = False
    page_limit: int = PAGE_LIMIT
    reader: SerialPort | None = None
    desk: str = ""
    print_folder: Path | None = None
    signing: tuple[Path, Path] | None = None


def default_path() -> Path:
    """Return where the configuration file is looked for."""
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False)) / "config.toml"


def profile_paths() -> tuple[Path, Path]:
    """Return where the profiles of scanning are: the administrator's file, and the officer's own.

    The former is where the officer cannot write, and no variable of his environment changes that.
    """
    return _site() / "profiles.json", default_path().with_name("profiles.json")


def forms_path() -> Path:
    """Return the folder where an administrator keeps forms, words and letterheads in place of the shipped ones."""
    return _site() / "forms"


def print_choice_path() -> Path:
    """Return the file of the printer this desk used last."""
    return default_path().with_name("printing.json")


def signing_paths() -> tuple[Path, Path]:
    """Return where signing is set up: the administrator's file, beside his profiles, and the officer's last choice."""
    locked, own = profile_paths()
    return locked.with_name("signing.toml"), own.with_name("signing.json")


def load(path: Path, *, server: str | None, data: Path | None) -> Config:
    """Read ``path`` (TOML: ``server``, ``ca_bundle``, ``poll_seconds``, ``dark``, ``desk``, table ``reader`` with
    ``port`` and ``baud``); arguments win over the file.

    Raises:
        ConfigError: the file is there and cannot be used, or nobody says where central is.
    """
    values: dict[str, object] = {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except OSError:
        raise ConfigError("config-unreadable", path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ConfigError("config-malformed", path) from None
    address = server or values.get("server")
    bundle = values.get("ca_bundle")
    poll = values.get("poll_seconds", 15.0)
    if not isinstance(address, str) or not address:
        raise ConfigError("server-missing", path)
    if not isinstance(poll, int | float) or not 1 <= poll <= 3600 or not isinstance(bundle, str | None):
        raise ConfigError("config-malformed", path)
    return Config(
        server=address,
        ca_bundle=Path(bundle) if bundle else None,
        data=data or Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)),
        poll_seconds=float(poll),
        dark=values.get("dark") is True,
        reader=_reader(values.get("reader"), path),
        desk=_desk(values.get("desk", ""), path),
    )


def _desk(name: object, path: Path) -> str:
    # «Quầy 2» is written as a number more often than not.
    said = str(name) if type(name) is int else name
    if not isinstance(said, str) or len(said) > LONGEST_DESK or not said.isprintable():
        raise ConfigError("config-malformed", path)
    return said.strip()


def _reader(table: object, path: Path) -> SerialPort | None:
    if table is None:
        return None
    port, baud = (table.get("port"), table.get("baud", USUAL_BAUD)) if isinstance(table, dict) else (None, None)
    named = isinstance(port, str) and 0 < len(port) <= LONGEST_PORT and port.isprintable() and not port.startswith("-")
    if not named or type(baud) is not int or not SLOWEST_BAUD <= baud <= FASTEST_BAUD:
        raise ConfigError("config-malformed", path)
    return SerialPort(name=str(port), baud=baud)


def _site() -> Path:
    if sys.platform == "win32":
        return Path(platformdirs.site_config_dir(APPLICATION, appauthor=False))
    return Path("/etc") / APPLICATION
