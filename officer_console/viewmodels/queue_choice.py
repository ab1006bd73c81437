"""Which rows of the list are chosen together: by dossier, so that a list that moves under them keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from officer_console.domain.search import Row
from officer_console.viewmodels.queue_model import WINDOW, QueueModel

MOST = 2000
Windows = Mapping[int, Sequence[Row]]
Load = Callable[[Sequence[int], Callable[[Windows], None]], None]


class QueueChoice(QObject):
    """``changed``: other rows are chosen, or one more was asked for than there may be (``refused``)."""

    changed = Signal()

    def __init__(self, model: QueueModel, load: Load, parent: QObject | None = None) -> None:
        """``load`` reads windows of the list and hands them over later, unless the list is another one by then."""
        super().__init__(parent)
        self._model = model
        self._load = load
        self._at: dict[int, str | None] = {}
        self._asking: Callable[[tuple[str, ...]], None] | None = None
        self.refused = False

    @property
    def count(self) -> int:
        """How many rows are chosen; one is the current row and nothing beside."""
        return len(self._at)

    @property
    def several(self) -> bool:
        """Whether more than the current row is chosen."""
        return len(self._at) > 1

    def positions(self) -> tuple[int, ...]:
        """Return where the chosen rows stand, in the order of the list."""
        return tuple(self._at)

    def windows(self) -> frozenset[int]:
        """Return the windows that the chosen rows stand in: what a refresh has to read to find them again."""
        return frozenset(position // WINDOW for position in self._at) if self.several else frozenset()

    def choose(self, spans: Sequence[range]) -> bool:
        """Take the rows chosen now, spans of positions in order; return ``False`` and keep the old ones when too many.

        Rows that were never on the screen are read.
        """
        self.refused = sum(map(len, spans)) > MOST
        if not self.refused:
            self._at = {position: self._id(position) for span in spans for position in span}
            self._asking = None
            self._read_missing()
        self.changed.emit()
        return not self.refused

    def with_ids(self, done: Callable[[tuple[str, ...]], None]) -> None:
        """Call ``done`` with the ids of the dossiers chosen, in the order of the list, once all are read."""
        self._asking = done
        self._answer()

    def clear(self) -> None:
        """Forget all: the list is another one."""
        self._at = {}
        self._asking = None
        self.refused = False
        self.changed.emit()

    def follow(self, windows: Windows) -> None:
        """Find the chosen dossiers in a refreshed list; who is not there any more is not chosen any more."""
        if not self.several:
            return
        kept = {name for name in self._at.values() if name is not None}
        unread = [position for position, name in self._at.items() if name is None]
        found = {
            window * WINDOW + offset: row.id
            for window, rows in windows.items()
            for offset, row in enumerate(rows)
            if row.id in kept
        }
        total = self._model.rowCount()
        self._at = dict(sorted({**{place: None for place in unread if place < total}, **found}.items()))
        self._read_missing()
        self.changed.emit()

    def _id(self, position: int) -> str | None:
        row = self._model.row_at(position)
        return row.id if row is not None else self._at.get(position)

    def _read_missing(self) -> None:
        missing = sorted({position // WINDOW for position, name in self._at.items() if name is None})
        if missing and self.several:
            self._load(missing, self._learn)

    def _learn(self, windows: Windows) -> None:
        for window, rows in windows.items():
            for position, row in enumerate(rows, window * WINDOW):
                if position in self._at and self._at[position] is None:
                    self._at[position] = row.id
        self._answer()

    def _answer(self) -> None:
        names = [name for name in self._at.values() if name is not None]
        if self._asking is not None and len(names) == len(self._at):
            done, self._asking = self._asking, None
            done(tuple(dict.fromkeys(names)))
