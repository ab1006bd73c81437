"""Takes down what a desk leaves running, while the window is elsewhere already."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from officer_console.domain.errors import bug_line

log = logging.getLogger(__name__)


class Closing:
    """Does one step after another on a thread of its own, however long each takes.

    ``folder`` is where the store is that the steps close. The thread does not keep the program from ending.
    """

    def __init__(
        self,
        steps: Sequence[Callable[[], object]],
        afterwards: Sequence[Callable[[], object]] = (),
        *,
        folder: Path | None = None,
    ) -> None:
        """Begin. Who waits for ``closed`` does not wait for what is done ``afterwards``."""
        self.folder = folder
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(steps, afterwards), name="closing", daemon=True)
        self._thread.start()

    def closed(self, seconds: float) -> bool:
        """Wait until the steps have been done; return whether they are."""
        return self._closed.wait(seconds)

    def over(self, seconds: float | None = 0.0) -> bool:
        """Wait until all has been done, however long for ``None``; return whether it is."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self, steps: Sequence[Callable[[], object]], afterwards: Sequence[Callable[[], object]]) -> None:
        for step in steps:
            _do(step)
        self._closed.set()
        for step in afterwards:
            _do(step)


def _do(step: Callable[[], object]) -> None:
    """Do a step; one that fails keeps none of the others from being done."""
    try:
        step()
    except Exception as error:  # noqa: BLE001 - what comes after it closes the store
        log.error("closing failed: %s", bug_line(error))  # noqa: TRY400 - a trace may hold data
