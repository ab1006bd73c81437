"""Where icons and styles lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "_data" / "resources", _PACKAGE.parent / "resources")


def asset(*parts: str) -> Path:
    """Return the path of a file under ``resources/``.

    Raises:
        FileNotFoundError: the installation lacks it.
    """
    for place in _PLACES:
        path = place.joinpath(*parts)
        if path.is_file():
            return path
    raise FileNotFoundError("/".join(parts))
