"""Taking a desk down on a thread of its own: in order, all of it, and nobody waits who need not."""

from __future__ import annotations

import threading
from collections.abc import Callable

from officer_console.background.closing import Closing
from officer_console.background.senders import Senders


def test_steps_are_done_in_order_and_nobody_waits_for_what_is_done_afterwards() -> None:
    done: list[str] = []
    slow, farewell = threading.Event(), threading.Event()
    closing = Closing(
        (lambda: slow.wait(10), lambda: done.append("store")),
        (lambda: farewell.wait(10), lambda: done.append("told")),
    )

    assert not closing.closed(0)
    slow.set()
    assert closing.closed(10)
    assert done == ["store"]
    assert not closing.over()
    farewell.set()
    assert closing.over(10)
    assert done == ["store", "told"]


def test_a_step_that_fails_does_not_leave_the_store_open(expect_log: Callable[[str], None]) -> None:
    def fails() -> None:
        raise KeyError("Nguyễn Văn A")

    expect_log(r"closing failed: [0-9A-F]{8} KeyError at test_closing\.py:\d+$")
    done: list[str] = []

    assert Closing((fails, lambda: done.append("store"))).over(10)

    assert done == ["store"]


def test_senders_are_waited_for_when_asked() -> None:
    senders, go = Senders(2), threading.Event()
    sent = senders.submit(go.wait, 10)
    senders.shutdown(wait=False)
    over = Closing((senders.shutdown,))

    assert not over.over(0.05)
    go.set()
    assert over.over(10)
    assert sent.result(0)
