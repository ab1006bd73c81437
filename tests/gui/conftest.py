"""Every window test sees the program's own look, and leaves none of it behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from officer_console.views import theme


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[Callable[..., None]]:
    """Dress the application as the program does; the value dresses it again with ``dark`` or ``scale``."""
    theme.apply(qapp)
    yield lambda **wishes: theme.apply(qapp, **wishes) and None
    theme.apply(qapp)
