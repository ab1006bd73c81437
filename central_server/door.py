"""The door to the password checks: a few at a time on threads of their own, a bounded queue, nobody takes all of it."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from central_server.problems import ProblemError

T = TypeVar("T")

# Each check costs 64 MiB; more at a time than this would let anybody at the door fill the memory.
CHECKS_AT_ONCE = 2
# Under way and waiting, in all and from one address: some seconds of work, whatever comes.
PLACES = 32
PLACES_PER_ADDRESS = 16


class Door:
    """Lets sign-ins through to their own threads, so that no crowd at it can stop the other calls."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(CHECKS_AT_ONCE, thread_name_prefix="sign-in")
        self._inside: Counter[str] = Counter()
        self._counting = threading.Lock()

    async def through(self, address: str, work: Callable[[], T]) -> T:
        """Return what ``work`` returns, done on a thread of the door.

        Raises:
            ProblemError: ``unavailable`` when too many are inside already, in all or from ``address``.
        """
        with self._counting:
            if self._inside.total() >= PLACES or self._inside[address] >= PLACES_PER_ADDRESS:
                raise ProblemError("unavailable")
            self._inside[address] += 1
        try:
            work_done = self._threads.submit(work)
        except RuntimeError:
            self._leave(address)
            raise
        # A caller who hangs up gives back the place only when the work is done: it goes on without him.
        work_done.add_done_callback(lambda _: self._leave(address))
        return await asyncio.wrap_future(work_done)

    def _leave(self, address: str) -> None:
        with self._counting:
            self._inside[address] -= 1
            if not self._inside[address]:
                del self._inside[address]

    def close(self) -> None:
        """End the threads; who still waits is turned away."""
        self._threads.shutdown(wait=False, cancel_futures=True)
