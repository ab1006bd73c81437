"""The few threads that send decisions: each keeps a connection to central of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, TypeVar

from officer_console.sync.push import AT_ONCE

T = TypeVar("T")


class Senders(Executor):
    """Runs work on a few threads that do not keep the program from ending: a request may hang for half a minute."""

    def __init__(self, threads: int = AT_ONCE) -> None:
        self._orders: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, name=f"send-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401 - as in the base class
        """Run ``fn`` on one of the threads."""
        future: Future[T] = Future()

        def order() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asks for the result
                future.set_exception(error)

        self._orders.put(order)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - as in the base class
        """Let the threads end when they have done what was asked of them, and ``wait`` for that."""
        for _ in self._threads:
            self._orders.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _serve(self) -> None:
        while (order := self._orders.get()) is not None:
            order()
            del order
