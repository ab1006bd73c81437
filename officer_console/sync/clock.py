"""Central's time, as well as this machine knows it: its own clock may be set wrong by minutes or by years."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from officer_console.store.device import ClockNote
from officer_console.store.store import Store

# Central tells its time in whole seconds: less than this says nothing about the machine.
NEGLIGIBLE = timedelta(seconds=2)


class CentralClock:
    """What deadlines, leases and lock-outs are compared with: all of them are times that central made.

    What is only compared with times of this machine, tries and the journal, goes by the machine's own clock.
    """

    def __init__(
        self, machine: Callable[[], datetime], heard: Callable[[], datetime | None], kept: ClockNote | None = None
    ) -> None:
        """``machine`` is the clock of this machine, ``heard`` central's as its last answer told it.

        Until there is an answer, what was ``kept`` of it counts.
        """
        self._machine = machine
        self._heard = heard
        self._kept = kept

    def __call__(self) -> datetime:
        """Return central's time, aware UTC; the machine's while nothing is known of central's."""
        machine, ahead = self._machine(), self.ahead
        if ahead is None and self._kept is not None and machine + self._kept.ahead >= self._kept.heard_at:
            # Otherwise the clock has been put back since: what was known of it holds no longer.
            ahead = self._kept.ahead
        return machine if ahead is None or abs(ahead) < NEGLIGIBLE else machine + ahead

    @property
    def ahead(self) -> timedelta | None:
        """How far central's clock is ahead of the machine's by its last answer; ``None`` before the first."""
        heard = self._heard()
        return None if heard is None else heard - self._machine()


def note_clock(store: Store, ahead: timedelta | None, machine: datetime) -> None:
    """Keep how far central's clock is ahead of ``machine``, for a start without network; ``None`` changes nothing."""
    if ahead is None:
        return
    with store.read() as tx:
        kept = tx.device.clock_note()
    if kept is None or abs(kept.ahead - ahead) >= NEGLIGIBLE:
        with store.apply() as tx:
            tx.device.note_clock(ClockNote(ahead=ahead, heard_at=machine + ahead))
