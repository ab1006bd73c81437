"""What becomes of a lease whose answer comes when the officer has gone on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from officer_console.viewmodels.leases import LeaseKeeper
from tests.gui.review_parts import DirectJob, DirectJobs, FakeDesk

pytestmark = pytest.mark.usefixtures("qapp")


class Undelivered:
    """Does the work, but nobody is there any more to take its answers in."""

    def __init__(self) -> None:
        self.work: list[Callable[[], Any]] = []

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> DirectJob:
        del done, failed
        self.work.append(work)
        return DirectJob()


def test_a_lease_that_comes_after_the_desk_was_left_is_given_back() -> None:
    desk, jobs = FakeDesk(), Undelivered()
    keeper = LeaseKeeper(desk, jobs)
    keeper.begin("d1")
    keeper.ask()
    keeper.end(give_back=False)
    for work in jobs.work:
        work()
    assert desk.released == ["d1"]


def test_a_lease_that_comes_for_the_dossier_before_is_given_back_once() -> None:
    desk, jobs = FakeDesk(), DirectJobs()
    keeper = LeaseKeeper(desk, jobs)
    keeper.begin("d1")
    jobs.held = True
    keeper.ask()
    keeper.end(give_back=False)
    keeper.begin("d2")
    jobs.finish()
    assert desk.released == ["d1"]
