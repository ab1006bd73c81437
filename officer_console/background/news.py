"""What changed in the store, told once to every page that may be concerned."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class News(QObject):
    """``changed`` carries a :class:`officer_console.sync.report.Change`, ``status`` a ``SyncStatus``.

    Emitted from the sync thread as well; receivers on the GUI thread get them there.
    """

    changed = Signal(object)
    status = Signal(object)
