"""Every window test sees the program's own look, and leaves none of it behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from officer_console.views import theme
from tests.gui.capture_window import card as card
from tests.gui.capture_window import form as form
from tests.gui.capture_window import gate as gate
from tests.gui.capture_window import jobs as jobs
from tests.gui.capture_window import opened as opened
from tests.gui.counter_parts import counter as counter
from tests.gui.filing_window import window as window
from tests.gui.reader_parts import readers as readers


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """Dress the application once, as the program does."""
    theme.apply(qapp)
    return qapp


@pytest.fixture(autouse=True)
def look(dressed: QApplication) -> Iterator[Callable[..., None]]:
    """Return what dresses the application again with ``dark`` or ``scale``; the usual look comes back afterwards."""
    # Dressing restyles every window that still lives: those of earlier tests go first.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    changed = False

    def dress(*, dark: bool = False, scale: float = 1.0) -> None:
        nonlocal changed
        changed = True
        theme.apply(dressed, dark=dark, scale=scale)

    yield dress
    if changed:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        theme.apply(dressed)
