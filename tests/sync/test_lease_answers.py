"""An answer about a lease that comes late: what the desk has learned meanwhile stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from officer_console.central.client import CentralClient
from officer_console.central.feed import Page
from officer_console.central.register import CentralRegister
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.officer import Role
from officer_console.store.cursors import FeedPosition
from officer_console.sync.online import Online
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy, reply
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import PAGES, STARTS_OVER, bury, planted_in, put

pytestmark = pytest.mark.xdist_group(__name__)

ANOTHER_LIFE = "99999999-2222-4333-8444-555555555555"


class Slow:
    """A line on which ``meanwhile`` happens between central's answer about a lease and its arrival."""

    def __init__(self, real: CentralClient, meanwhile: Callable[[], object]) -> None:
        self._real = real
        self._meanwhile = meanwhile

    def take(self, *args: object, **kwargs: object) -> object:
        answer = self._real.take(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they are
        self._meanwhile()
        return answer


class SlowPages:
    """A line on which ``meanwhile`` happens once, between central's last page of an office and its arrival."""

    def __init__(self, real: CentralClient, meanwhile: Callable[[], object]) -> None:
        self._real = real
        self._meanwhile: Callable[[], object] | None = meanwhile

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def changes(self, scope: str, cursor: str | None, *args: Any, **kwargs: Any) -> Page:
        page = self._real.changes(scope, cursor, *args, **kwargs)
        happens, self._meanwhile = self._meanwhile, None
        if happens is not None:
            happens()
        return page


def taken(desk: Workplace, about: Dossier, meanwhile: Callable[[], object]) -> Dossier:
    """Let the desk take a dossier; return what its page shows then."""
    central = cast("CentralRegister", Slow(desk.client, meanwhile))
    return Online(desk.store, central, desk.changes.append).take(about.scope_id, about.id)


def test_an_answer_from_before_a_restore_does_not_replace_what_was_read_since(
    central: Central, desk: Workplace, scope: str
) -> None:
    (about,) = planted_in(central, scope, 1)
    for version in range(2, 6):
        put(central, replace(about, version=version))
    desk.round()
    restored = replace(about, version=2, status=Status.APPROVED)

    def read_anew() -> None:
        with desk.store.apply() as tx:
            tx.staged.put(FeedPosition(scope=scope, cursor="c", epoch=ANOTHER_LIFE, seq=2), [(2, restored)], ())
            tx.staged.swap(scope)

    shown = taken(desk, about, read_anew)

    assert desk.stored(about) == restored
    assert shown == restored


def test_an_answer_that_the_feed_has_overtaken_shows_what_the_feed_said(
    central: Central, desk: Workplace, make_desk: MakeDesk, scope: str
) -> None:
    (about,) = planted_in(central, scope, 1)
    supervisor = make_desk(role=Role.SUPERVISOR)
    desk.round()

    def broken() -> None:
        supervisor.client.take(scope, about.id, break_other=True, reason="Hết ca trực")
        desk.engine.pull(never)

    shown = taken(desk, about, broken)

    assert shown.lease is not None
    assert shown.lease.officer_id == supervisor.officer.id
    assert desk.stored(about) == shown == central.stored(about)[1]


def test_an_answer_about_a_dossier_that_has_left_meanwhile_does_not_bring_it_back(
    central: Central, desk: Workplace, scope: str
) -> None:
    about, _ = planted_in(central, scope, 2)
    desk.round()

    def left() -> None:
        bury(central, about)
        desk.engine.pull(never)

    taken(desk, about, left)

    assert desk.stored(about) is None
    assert desk.count() == 1


def test_an_answer_of_a_life_of_central_this_desk_has_not_read_waits_for_the_feed(
    central: Central, desk: Workplace, scope: str
) -> None:
    (about,) = planted_in(central, scope, 1)
    desk.round()
    with desk.store.apply() as tx:
        position = tx.cursors.get(scope)
        assert position is not None
        tx.cursors.set(replace(position, epoch=ANOTHER_LIFE))

    taken(desk, about, lambda: None)

    assert desk.stored(about) == about


def test_an_answer_that_came_while_the_office_was_read_anew_is_there_when_the_round_is_over(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    about, _ = planted_in(central, scope, 2)
    desk.round()
    proxy.spoil(PAGES, reply(410, {"type": "urn:hgd:problem:cursor-expired", "status": 410}))
    expect_log(STARTS_OVER)
    line = SlowPages(desk.client, lambda: taken(desk, about, lambda: None))

    desk.engine_over(cast("CentralRegister", line)).pull(never)

    mine = desk.stored(about)
    assert mine == central.stored(about)[1]
    assert mine.lease is not None
