"""What a deployment sets: central's address, its CA, where the officer's data lies."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from officer_console.central.wire import PAGE_LIMIT

APPLICATION = "officer-console"


class ConfigError(Exception):
    """The configuration cannot be used. ``code``: ``config-unreadable``, ``config-malformed``, ``server-missing``."""

    def __init__(self, code: str, path: Path | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one start. ``poll_seconds`` is the time between two rounds of synchronisation.

    ``page_limit`` is how many dossiers are asked for at once.
    """

    server: str
    ca_bundle: Path | None
    data: Path
    poll_seconds: float = 15.0
    dark: bool = False
    page_limit: int = PAGE_LIMIT


def default_path() -> Path:
    """Return where the configuration file is looked for."""
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False)) / "config.toml"


def load(path: Path, *, server: str | None, data: Path | None) -> Config:
    """Read ``path`` (TOML: ``server``, ``ca_bundle``, ``poll_seconds``, ``dark``); arguments win over the file.

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
    )
