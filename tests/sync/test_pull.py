"""Fetching the feed: everything, then what changed, and never half of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from central_server import feed, schema
from officer_console.central.errors import CentralError
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.search import Criteria, Order
from officer_console.services.queue import Queue
from tests import builders
from tests.central.process import Central, running_central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import LOSE_ANSWER, REFUSE, Fault, Proxy, reply
from tests.faults.workplace import Workplace, never

pytestmark = pytest.mark.xdist_group(__name__)

PAGES = r"GET .*/changes"
STARTS_OVER = "feed of scope .* starts over"


def planted_in(central: Central, scope: str, count: int) -> list[Dossier]:
    dossiers = [builders.dossier(central.fresh(), scope_id=scope) for _ in range(count)]
    central.plant(*dossiers)
    return dossiers


def live_at_central(central: Central, scope: str) -> dict[str, str]:
    """Return id → document of the scope as central's database has them."""
    with central.database.read() as connection:
        rows = connection.execute(
            select(schema.dossier.c.id, schema.dossier.c.doc).where(
                schema.dossier.c.scope_id == scope, ~schema.dossier.c.gone
            )
        )
        return {row.id: row.doc for row in rows}


def bury(central: Central, about: Dossier) -> None:
    with central.database.write() as connection:
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        feed.bury(connection, stored, "deleted")


def move(central: Central, about: Dossier, scope: str) -> None:
    with central.database.write() as connection:
        feed.ensure_scope(connection, scope, central.epoch)
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        feed.move(connection, stored, replace(about, scope_id=scope, version=stored.version + 1))


def put(central: Central, dossier: Dossier) -> None:
    with central.database.write() as connection:
        stored = feed.load(connection, dossier.scope_id, dossier.id)
        assert stored is not None
        feed.put(connection, stored, dossier)


def test_the_first_pull_brings_every_dossier_of_the_office(central: Central, make_desk: MakeDesk) -> None:
    desk = make_desk(scopes=("07906",))

    desk.round()

    there = live_at_central(central, "07906")
    assert desk.count() == len(there) > 50
    with desk.store.read() as tx:
        for dossier_id in there:
            mine = tx.dossiers.get(dossier_id)
            assert mine is not None
            assert mine.scope_id == "07906"
        assert {office.code for office in tx.reference.get().offices} >= {"07906"}
    assert desk.progress[-1] is None


def test_the_store_and_central_agree_on_the_digest_after_a_pull(make_desk: MakeDesk) -> None:
    desk = make_desk(scopes=("00101",))
    desk.round()

    page = desk.client.changes("00101", desk.cursor())

    with desk.store.read() as tx:
        mine = tx.dossiers.sum("00101")
    assert page.state is not None
    assert (mine.count, mine.digest) == (page.state.count, page.state.digest)


def test_a_second_pull_brings_only_what_changed(central: Central, desk: Workplace, proxy: Proxy, scope: str) -> None:
    first, second, _ = planted_in(central, scope, 3)
    desk.round()
    desk.changes.clear()
    asked = len(proxy.answers)

    put(central, replace(second, version=2, status=Status.APPROVED))
    desk.engine.pull(never)

    mine = desk.stored(second)
    assert mine is not None
    assert (mine.version, mine.status) == (2, Status.APPROVED)
    assert [change.dossier_ids for change in desk.changes] == [frozenset({second.id})]
    assert len(proxy.answers) == asked + 1
    assert desk.stored(first) == first


def test_a_pull_of_nothing_new_announces_nothing(central: Central, desk: Workplace, scope: str) -> None:
    planted_in(central, scope, 2)
    desk.round()
    desk.changes.clear()

    desk.round()

    assert desk.changes == []


def test_a_deleted_dossier_leaves_the_list(central: Central, desk: Workplace, scope: str) -> None:
    gone, stays = planted_in(central, scope, 2)
    desk.round()

    bury(central, gone)
    desk.round()

    assert desk.stored(gone) is None
    assert desk.stored(stays) == stays
    assert desk.count() == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_dossier_that_moves_between_two_of_my_offices_is_in_the_new_one(
    central: Central, make_desk: MakeDesk, scope: str, order: tuple[int, int]
) -> None:
    offices = (scope, f"T{central.fresh():04d}")
    here, there = (offices[order[0]], offices[order[1]])
    planted_in(central, here, 5)
    mover = planted_in(central, here, 1)[0]
    desk = make_desk(scopes=offices)
    desk.round()

    move(central, mover, there)
    desk.round()

    mine = desk.stored(mover)
    assert mine is not None
    assert mine.scope_id == there
    assert (desk.count(here), desk.count(there)) == (5, 1)


def test_the_place_in_the_feed_outlives_a_restart(central: Central, desk: Workplace, proxy: Proxy, scope: str) -> None:
    planted_in(central, scope, 3)
    desk.round()
    kept = desk.cursor()
    desk.close()

    desk.open()
    assert desk.cursor() == kept is not None
    before = len(proxy.answers)
    desk.engine.pull(never)

    assert json.loads(proxy.answers[before].split(b"\r\n\r\n", 1)[1])["items"] == [] or desk.count() == 3
    assert f"cursor={kept}" in [line for line in proxy.requests if "/changes" in line][-1]


@pytest.mark.parametrize("problem", ["cursor-expired", "epoch-changed"])
def test_a_feed_that_starts_over_keeps_the_outbox_and_never_empties_the_list(
    central: Central,
    desk: Workplace,
    proxy: Proxy,
    scope: str,
    problem: str,
    expect_log: Callable[[str], None],
) -> None:
    stays, gone, decided = planted_in(central, scope, 3)
    desk.round()
    decision = desk.record(decided)
    bury(central, gone)
    proxy.spoil(PAGES, reply(410, {"type": f"urn:hgd:problem:{problem}", "status": 410}))
    proxy.spoil(PAGES, REFUSE, times=2)
    expect_log(STARTS_OVER)

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)

    assert caught.value.code == "unreachable"
    assert desk.count() == 3
    assert desk.item(decision.op_id).state == "waiting"
    assert len(Queue(desk.store, clock=desk.clock).page(Criteria(order=Order.DECLARED)).rows) == 3
    desk.engine.pull(never)
    assert desk.stored(stays) == stays
    assert desk.stored(gone) is None
    assert desk.count() == 2
    assert desk.item(decision.op_id).state == "waiting"


def test_a_decision_recorded_while_the_feed_starts_over_names_an_epoch_central_understands(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    (about,) = planted_in(central, scope, 1)
    central.register_person(about)
    desk.round()
    proxy.spoil(PAGES, reply(410, {"type": "urn:hgd:problem:cursor-expired", "status": 410}))
    proxy.spoil(PAGES, REFUSE, times=2)
    expect_log(STARTS_OVER)
    with pytest.raises(CentralError):
        desk.engine.pull(never)

    decision = desk.record(about)
    desk.round()

    assert decision.base_epoch == central.epoch
    assert desk.item(decision.op_id).state == "accepted"


def test_a_central_that_expires_every_cursor_does_not_keep_the_round_going_for_ever(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    planted_in(central, scope, 5)
    desk = make_desk(page=2)
    expired = reply(410, {"type": "urn:hgd:problem:cursor-expired", "status": 410})
    proxy.spoil(r"GET .*cursor=", expired, times=1000)
    expect_log(STARTS_OVER)

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)

    assert (caught.value.code, caught.value.passing) == ("resync-limit", False)
    assert proxy.count(PAGES) < 10


def spoiled(desk: Workplace, statement: str) -> None:
    """Change the sealed store behind the program's back."""
    with desk.store.write() as tx:
        assert tx.outbox._connection.exec_driver_sql(statement).rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scope_sum SET digest = '00000000000000000000000000000001'",
        "UPDATE scope_sum SET live_count = live_count + 1",
        "DELETE FROM scope_sum",
    ],
)
def test_a_store_that_does_not_add_up_reads_the_office_anew(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, statement: str, expect_log: Callable[[str], None]
) -> None:
    dossiers = planted_in(central, scope, 3)
    desk.round()
    spoiled(desk, statement)
    expect_log(STARTS_OVER + ": the sums differ")

    desk.round()

    assert [desk.stored(about) for about in dossiers] == dossiers
    assert desk.count() == 3
    before = proxy.count(PAGES)
    desk.round()
    assert proxy.count(PAGES) == before + 1


def test_a_row_that_was_changed_behind_our_back_is_mended_when_its_sum_shows_it(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    about, other = planted_in(central, scope, 2)
    desk.round()
    for mine in (about, other):
        spoiled(desk, f"UPDATE dossier SET version = 7, full_name = 'X' WHERE id = '{mine.id}'")  # noqa: S608 - an id of ours
    expect_log(STARTS_OVER + ": the sums differ")

    put(central, replace(about, version=2, status=Status.APPROVED))
    desk.round()

    names = {row.full_name for row in Queue(desk.store, clock=desk.clock).page(Criteria(order=Order.DECLARED)).rows}
    assert names == {about.declaration.full_name}
    assert desk.stored(other) == other
    assert desk.count() == 2


def lie(central: Central, desk: Workplace) -> Fault:
    """Return the answer of a central that says nothing is new, and something else is there than it ever sent."""
    state = {"seq": 9, "count": 4, "digest": "f" * 32}
    return reply(200, {"epoch": central.epoch, "items": [], "next": desk.cursor(), "more": False, "state": state})


def test_a_central_that_contradicts_itself_is_read_anew_once_an_hour_and_reported(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    planted_in(central, scope, 3)
    desk.round()
    proxy.spoil(PAGES, lie(central, desk), times=1000)
    expect_log(STARTS_OVER + ": the sums differ")

    asked = [0]
    for _ in range(3):
        with pytest.raises(CentralError) as caught:
            desk.engine.pull(never)
        assert (caught.value.code, caught.value.passing) == ("digest-differs", False)
        asked.append(proxy.count(PAGES))
    desk.clock.forward(3601)
    with pytest.raises(CentralError):
        desk.engine.pull(never)
    asked.append(proxy.count(PAGES))

    rounds = [after - before for before, after in pairwise(asked[1:])]
    assert rounds == [2, 2, 4]
    assert "cursor=" not in [line for line in proxy.requests if "/changes" in line][-2]
    assert len(Queue(desk.store, clock=desk.clock).page(Criteria(order=Order.DECLARED)).rows) == 3
    proxy.clear()
    desk.clock.forward(3601)
    desk.round()
    assert desk.count() == 3


def test_an_answer_that_overtook_the_page_is_no_contradiction(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    planted_in(central, scope, 3)
    desk.round()
    proxy.spoil(PAGES, lie(central, desk))

    desk.round()

    assert proxy.count(PAGES) == 3


def test_a_last_page_that_does_not_say_what_is_there_is_no_answer(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    planted_in(central, scope, 2)
    desk.round()
    silent: dict[str, object] = {"epoch": central.epoch, "items": [], "next": desk.cursor(), "more": False}
    proxy.spoil(PAGES, reply(200, silent))

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)

    assert caught.value.code == "protocol"


def test_a_page_that_promises_more_without_getting_on_is_no_answer(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    planted_in(central, scope, 2)
    desk.round()
    stuck: dict[str, object] = {"epoch": central.epoch, "items": [], "next": desk.cursor(), "more": True}
    proxy.spoil(PAGES, reply(200, stuck), times=1000)

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)

    assert caught.value.code == "protocol"
    assert desk.count() == 2


@pytest.mark.parametrize(
    "fault",
    [
        REFUSE,
        LOSE_ANSWER,
        Fault(how="cut", after=40),
        Fault(how="cut", after=700),
        Fault(how="hold", seconds=0.1),
        reply(503, b"busy", "text/plain"),
    ],
)
def test_a_page_torn_in_the_middle_leaves_the_store_at_the_page_before(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, fault: Fault
) -> None:
    planted_in(central, scope, 7)
    desk = make_desk(page=3)
    # A read over a kept connection that breaks is repeated once at once.
    proxy.spoil(PAGES, fault, skip=1, times=2)

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)
    proxy.clear()
    assert caught.value.passing
    assert desk.count() == 3
    after_first = desk.cursor()

    desk.engine.pull(never)
    assert desk.count() == 7
    assert f"cursor={after_first}" in [line for line in proxy.requests if "/changes" in line][-2]


@pytest.mark.parametrize("stop_after", [0, 1, 2, 3])
def test_a_pull_that_is_told_to_stop_goes_on_from_there(
    central: Central, make_desk: MakeDesk, scope: str, stop_after: int
) -> None:
    planted_in(central, scope, 7)
    desk = make_desk(page=2)
    asked = iter(range(100))

    desk.engine.pull(lambda: next(asked) >= stop_after)
    assert desk.count() == min(7, 2 * stop_after)

    desk.engine.pull(never)
    assert desk.count() == 7


def parts_of_the_words(desk: Workplace) -> int:
    with desk.store.read() as tx:
        asked = tx.outbox._connection.exec_driver_sql("SELECT count(DISTINCT segid) FROM dossier_words_idx")
        return int(asked.scalar_one())


def test_a_large_pull_is_tidied_in_the_end_even_if_the_round_before_was_cut_short(
    central: Central, make_desk: MakeDesk, scope: str
) -> None:
    planted_in(central, scope, 7)
    desk = make_desk(page=2, tidy_beyond=6)
    asked = iter(range(100))

    desk.engine.run_once(lambda: next(asked) >= 4)
    assert parts_of_the_words(desk) > 1
    desk.round()

    assert desk.count() == 7
    assert parts_of_the_words(desk) == 1


def test_a_small_pull_is_not_worth_tidying(central: Central, make_desk: MakeDesk, scope: str) -> None:
    planted_in(central, scope, 6)
    desk = make_desk(page=2, tidy_beyond=6)

    desk.round()

    assert parts_of_the_words(desk) > 1


def test_the_first_round_drops_pictures_nothing_needs(central: Central, desk: Workplace, scope: str) -> None:
    shown, stays = planted_in(central, scope, 2)
    pictures = [desk.store.blobs.put(builders.JPEG + scope.encode() + bytes([n])) for n in range(2)]
    sealed = list((desk.folder / "blobs").iterdir())
    desk.clock.forward(2 * 86_400)

    desk.round()

    assert len(sealed) == 2
    assert [desk.store.blobs.get(sha256) for sha256 in pictures] == [None, None]
    assert [desk.stored(about) for about in (shown, stays)] == [shown, stays]


def test_reference_lists_are_fetched_once_and_again_only_when_they_change(desk: Workplace, proxy: Proxy) -> None:
    desk.round()
    first = [answer for answer in proxy.answers if b"200 OK" in answer[:20]]
    before = len(proxy.answers)

    desk.engine.refresh_reference()

    assert first
    assert [re.match(rb"HTTP/1.1 (\d+)", answer)[1] for answer in proxy.answers[before:]] == [b"304"] * 4  # type: ignore[index]  # a match


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"processing_days": "ten"}', b"<html>", b"\xff\xfe", b"[" * 50_000]
)
def test_a_malformed_reference_list_is_no_answer_and_the_old_one_stays(
    desk: Workplace, proxy: Proxy, body: bytes
) -> None:
    desk.round()
    with desk.store.read() as tx:
        before = tx.reference.get()
    proxy.spoil("GET .*/reference/settings", reply(200, body))

    with pytest.raises(CentralError) as caught:
        desk.engine.refresh_reference()

    assert caught.value.code == "protocol"
    with desk.store.read() as tx:
        assert tx.reference.get() == before


def test_a_central_restored_from_a_backup_is_read_anew_and_a_decision_that_waited_is_sent_when_nothing_differs(
    planted: Path, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(planted, folder)
    with running_central(folder) as before:
        officer = before.officer(scopes=("04802",))
        desk = Workplace(before, tmp_path / "desk", officer)
        about = builders.dossier(5000, scope_id="04802")
        before.plant(about)
        desk.round()
        count = desk.count()
        decision = desk.record(about)
        with before.database.write() as connection:
            connection.execute(update(schema.server_state).values(epoch="11111111-2222-4333-8444-555555555555"))
    with running_central(folder) as after:
        old = desk
        old.close()
        desk = Workplace(after, tmp_path / "desk", officer)
        expect_log(STARTS_OVER)
        desk.round()

        assert desk.count() == count
        assert desk.item(decision.op_id).state == "accepted"
        assert desk.item(decision.op_id).decision.base_epoch != after.epoch
        with after.database.read() as connection:
            assert connection.execute(select(func.count()).select_from(schema.decision)).scalar_one() == 1
        desk.close()
