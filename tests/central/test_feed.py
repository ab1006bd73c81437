"""The state feed: paging, gapless numbers, tombstones, moves, digest, cursors."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import func, select

from central_server import cursor, feed, moves, schema, statements
from central_server.database import ServerState
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from tests import builders
from tests.central.process import Central, Desk, problem


def office(central: Central) -> str:
    """Return a scope no other test uses."""
    return f"T{central.fresh():04d}"


def planted(central: Central, scope: str, count: int) -> list[Dossier]:
    dossiers = [builders.dossier(central.fresh(), scope_id=scope) for _ in range(count)]
    central.plant(*dossiers)
    return dossiers


def pull_all(desk: Desk, scope: str, limit: int, after: str | None = None) -> tuple[list[wire.FeedItem], wire.Page]:
    items: list[wire.FeedItem] = []
    while True:
        page = desk.pull(scope, after, limit)
        items += page.items
        after = page.next
        if not page.more:
            return items, page
        assert page.state is None
        assert len(page.items) == limit


def digest_of(scope: str, items: list[wire.FeedItem]) -> str:
    total = 0
    for item in items:
        if item.op == "put":
            total ^= feed.row_digest(scope, item.id, item.seq, item.version)
    return f"{total:032x}"


@pytest.mark.parametrize("limit", [1, 3, 7, 500])
def test_pages_of_any_size_give_every_dossier_once_and_in_order(central: Central, limit: int) -> None:
    scope = office(central)
    dossiers = planted(central, scope, 7)
    items, last = pull_all(central.desk(scopes=(scope,)), scope, limit)
    assert [item.doc for item in items] == dossiers
    assert [item.seq for item in items] == list(range(1, 8))
    assert last.state == wire.FeedState(seq=7, count=7, digest=digest_of(scope, items))
    assert last.epoch == central.epoch


def test_an_empty_office_has_an_empty_feed(central: Central) -> None:
    scope = office(central)
    page = central.desk(scopes=(scope,)).pull(scope)
    assert (page.items, page.more, page.state) == ((), False, wire.FeedState(seq=0, count=0, digest=feed.NO_DIGEST))


def test_after_the_cursor_only_what_changed_is_told_at_its_latest_state(central: Central) -> None:
    scope = office(central)
    first, second, _ = planted(central, scope, 3)
    desk = central.desk(scopes=(scope,))
    before, last = pull_all(desk, scope, 500)
    for _ in range(2):
        assert desk.take(second).status_code == 200
    assert desk.take(first).status_code == 200
    changed, end = pull_all(desk, scope, 500, last.next)
    assert [(item.id, item.seq) for item in changed] == [(second.id, 5), (first.id, 6)]
    assert all(item.doc is not None and item.doc.lease is not None for item in changed)
    latest = {item.id: item for item in before} | {item.id: item for item in changed}
    assert end.state == wire.FeedState(seq=6, count=3, digest=digest_of(scope, list(latest.values())))


def test_a_dossier_that_moves_leaves_a_tombstone_and_arrives(central: Central) -> None:
    here, there = office(central), office(central)
    stays, goes = planted(central, here, 2)
    planted(central, there, 1)
    for source, target in ((here, there), (there, here)):
        order = moves.Order(dossier_id=goes.id, here=source, there=target, who="admin", reason="Sai cơ quan")
        moves.move(central.database, order, utc_now())
    desk = central.desk(scopes=(here, there))
    items, last = pull_all(desk, here, 500)
    assert [(item.id, item.op) for item in items] == [(stays.id, "put"), (goes.id, "put")]
    assert last.state == wire.FeedState(seq=4, count=2, digest=digest_of(here, items))
    items, last = pull_all(desk, there, 500)
    assert [(item.id, item.op, item.why, item.doc) for item in items[1:]] == [(goes.id, "gone", "moved_out", None)]
    assert last.state == wire.FeedState(seq=3, count=1, digest=digest_of(there, items))
    answer = desk.get(f"/v1/scopes/{there}/dossiers/{goes.id}")
    assert (problem(answer).name, problem(answer).code) == ("dossier-gone", "moved_out")


def change_and_fail(central: Central, about: Dossier) -> None:
    with central.database.write() as connection:
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        feed.put(connection, stored, about)
        raise ZeroDivisionError


def test_a_change_that_is_rolled_back_leaves_no_gap(central: Central) -> None:
    scope = office(central)
    (only,) = planted(central, scope, 1)
    with pytest.raises(ZeroDivisionError):
        change_and_fail(central, only)
    planted(central, scope, 1)
    with central.database.read() as connection:
        query = select(func.count(), func.max(schema.dossier.c.seq)).where(schema.dossier.c.scope_id == scope)
        assert tuple(connection.execute(query).one()) == (2, 2)


def test_a_row_that_changed_meanwhile_is_not_overwritten(central: Central) -> None:
    scope = office(central)
    (only,) = planted(central, scope, 1)
    with central.database.write() as connection:
        stale = feed.load(connection, scope, only.id)
        assert stale is not None
        feed.put(connection, stale, only)
    with pytest.raises(feed.OvertakenError), central.database.write() as connection:
        feed.put(connection, stale, only)
    with pytest.raises(feed.OvertakenError), central.database.write() as connection:
        feed.bury(connection, stale, "deleted")
    with central.database.read() as connection:
        assert connection.execute(statements.SCOPE_STATE, {"scope_id": scope}).one().last_seq == 2


def test_pages_are_packed_when_the_desk_can_unpack_them(central: Central) -> None:
    scope = office(central)
    planted(central, scope, 5)
    desk = central.desk(scopes=(scope,))
    path = f"/v1/scopes/{scope}/changes"
    plain = desk.get(path, Accept_Encoding="identity")
    packed = desk.get(path, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) < len(plain.content)
    assert desk.get(path, Accept_Encoding="zstd, gzip").headers["Content-Encoding"] == "zstd"
    assert "Content-Encoding" not in desk.get(path, Accept_Encoding="gzip;q=0").headers


def test_a_cursor_of_another_scope_or_forged_asks_for_a_new_start(central: Central) -> None:
    scope, other = office(central), office(central)
    planted(central, scope, 1)
    desk = central.desk(scopes=(scope, other))
    genuine = desk.pull(scope).next
    forged = base64.urlsafe_b64encode(b"\0" * 16 + f"{scope}|{central.epoch}|0".encode()).decode()
    for path in (
        f"/v1/scopes/{other}/changes?cursor={genuine}",
        f"/v1/scopes/{scope}/changes?cursor={genuine[:-2]}",
        f"/v1/scopes/{scope}/changes?cursor={forged}",
        f"/v1/scopes/{scope}/changes?cursor=%00",
        f"/v1/scopes/{scope}/changes?cursor=",
    ):
        assert problem(desk.get(path)).name == "cursor-expired", path


def test_a_cursor_from_before_a_restore_says_that_the_epoch_changed(central: Central) -> None:
    scope = office(central)
    before = ServerState(epoch="0" * 36, cursor_secret=central.database.state.cursor_secret)
    answer = central.desk(scopes=(scope,)).get(f"/v1/scopes/{scope}/changes?cursor={cursor.make(before, scope, 3)}")
    assert problem(answer).name == "epoch-changed"


def test_the_pages_of_a_first_sync_say_so_until_the_end(central: Central) -> None:
    scope = office(central)
    planted(central, scope, 3)
    desk, state = central.desk(scopes=(scope,)), central.database.state
    first = desk.pull(scope, limit=2)
    last = desk.pull(scope, first.next, limit=2)
    assert (first.more, cursor.read(state, scope, first.next)) == (True, (2, True))
    assert (last.more, cursor.read(state, scope, last.next)) == (False, (3, False))
    assert cursor.place(state, scope, None) == (0, True)
