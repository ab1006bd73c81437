"""A dossier goes to another office with everything that hangs on it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from central_server import audit, feed, moves, schema
from central_server.database import Database
from central_server.moves import MoveError, Order
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, Status
from tests import builders
from tests.central.process import Central, Desk, problem, wait_until

WHO = "quan.tri"
WHY = "Người dân chuyển nơi cư trú"


def planted(central: Central, **fields: Any) -> tuple[Dossier, str]:
    """Return a dossier in an office of its own, and another office."""
    here, there = f"M{central.fresh():04d}", f"M{central.fresh():04d}"
    n = central.fresh()
    about = builders.dossier(n, scope_id=here, number=f"{n}/{here}", **fields)
    central.plant(about, builders.dossier(central.fresh(), scope_id=there))
    return about, there


def move(
    central: Central, about: Dossier, there: str, *, here: str | None = None, apart: bool | None = None
) -> Dossier:
    """Move a dossier and return it as it is in the new office."""
    order = Order(dossier_id=about.id, here=here or about.scope_id, there=there, who=WHO, reason=WHY)
    moves.move(central.database, order, utc_now(), apart=apart)
    return central.stored(replace(about, scope_id=there))[1]


def chain(database: Database, scope: str) -> list[dict[str, Any]]:
    """Return an office's audit entries; the chain must be whole."""
    with database.read() as connection:
        rows = connection.execute(select(schema.audit).where(schema.audit.c.scope_id == scope).order_by("n")).all()
    prev = audit.BEGINNING
    for n, row in enumerate(rows, 1):
        assert (row.n, row.prev, row.h) == (n, prev, audit.chain_hash(prev, n, row.body))
        prev = row.h
    return [wire.decode(row.body, dict[str, Any]) for row in rows]


def rows_of(database: Database, table: Any, about: Dossier) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(table).where(table.c.dossier_id == about.id)).all())


BOTH_WAYS = pytest.mark.parametrize("apart", [False, True], ids=["at once", "step by step"])


@BOTH_WAYS
def test_a_dossier_in_work_arrives_free_and_both_offices_have_it_in_their_trails(
    central: Central, *, apart: bool
) -> None:
    about, there = planted(central)
    holder = central.desk(scopes=(about.scope_id,))
    assert holder.take(about).status_code == 200
    moved = move(central, about, there, apart=apart)
    assert (moved.status, moved.lease, moved.officer_name) == (Status.PENDING, None, None)
    assert moved.version == about.version + 1
    last = moved.history[-1]
    assert (last.what, last.who, last.note) == ("moved", WHO, f"{about.scope_id} → {there}: {WHY}")
    assert rows_of(central.database, schema.lease, about) == []
    left, came = chain(central.database, about.scope_id)[-1], chain(central.database, there)[-1]
    told = {"dossier_id": about.id, "by": WHO, "reason": WHY, "version": moved.version, "status": "pending"}
    assert left | told | {"what": "moved_out", "to": there} == left
    assert came | told | {"what": "moved_in", "from": about.scope_id} == came
    desk = central.desk(scopes=(there,))
    assert desk.dossier(moved) == moved
    assert problem(holder.take(about)).name == "dossier-gone"
    assert list(moves.unfinished(central.database)) == []


def test_its_pictures_are_to_be_seen_in_the_new_office(central: Central) -> None:
    about, there = planted(central)
    shown = central.desk(scopes=(about.scope_id,)).put_blob(builders.JPEG, scope=about.scope_id)
    with central.database.write() as connection:
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        about = replace(about, attachments=builders.attachments(shown))
        feed.put(connection, stored, about)
    stranger = central.desk(scopes=(there,))
    path = f"/v1/scopes/{there}/blobs/{shown}"
    assert stranger.get(path).status_code == 404
    move(central, about, there)
    seen = stranger.get(path)
    assert (seen.status_code, seen.content) == (200, builders.JPEG)
    assert seen.headers["Content-Type"] == "image/jpeg"
    assert problem(stranger.get(f"/v1/scopes/{about.scope_id}/blobs/{shown}")).name == "scope-revoked"


@BOTH_WAYS
def test_a_dossier_that_waits_for_the_registry_is_settled_in_the_new_office_as_it_was_judged(
    central: Central, *, apart: bool
) -> None:
    about, there = planted(central)
    central.register_person(about, "Dang Thi Hoa")
    central.silence(about, 2)
    desk = central.desk(scopes=(about.scope_id,))
    # a name with other marks counts only because the decision says so
    confirmed = builders.decision(about, marks_confirmed=True, note="Đã xem giấy tờ")
    assert desk.decide(confirmed).status_code == 201
    move(central, about, there, apart=apart)
    settled = central.becomes(replace(about, scope_id=there), Status.APPROVED)
    assert settled.judgement is not None
    assert settled.judgement.op_id == confirmed.op_id
    wait_until(lambda: not rows_of(central.database, schema.registry_wait, about) or None)
    ledger = central.desk(scopes=(there,)).get(f"/v1/scopes/{there}/ledger?device_id=any")
    assert ledger.status_code == 200
    assert {row.device_id for row in rows_of(central.database, schema.decision, about) if row.scope_id == there} == {
        None
    }


@BOTH_WAYS
def test_a_decision_that_comes_after_the_move_is_parked_and_one_that_came_before_gets_its_receipt_again(
    central: Central, *, apart: bool
) -> None:
    about, there = planted(central)
    later, _ = planted(central)
    central.register_person(about)
    desk = central.desk(scopes=(about.scope_id, later.scope_id))
    decision = builders.decision(about)
    receipt = desk.decide(decision)
    assert receipt.status_code == 201
    move(central, about, there, apart=apart)
    move(central, later, there, apart=apart)
    again = desk.decide(decision)
    assert (again.status_code, again.content) == (200, receipt.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    anew = builders.decision(later, verdict=Verdict.INVALID)
    for _ in range(2):
        refused = problem(desk.decide(anew))
        assert (refused.status, refused.name, refused.code) == (410, "dossier-gone", "moved_out")
    # back in the office, the refusal stands: its officer has been told
    move(central, later, later.scope_id, here=there, apart=apart)
    assert problem(desk.decide(anew)).name == "dossier-gone"
    assert problem(desk.decide(builders.decision(later, verdict=Verdict.INVALID))).name == "version-conflict"
    back = central.stored(later)[1]
    assert back.version == later.version + 2
    assert desk.decide(builders.decision(back, verdict=Verdict.INVALID)).status_code == 201


def test_whoever_decides_while_dossiers_move_is_either_first_or_told(central: Central) -> None:
    here, there = f"M{central.fresh():04d}", f"M{central.fresh():04d}"
    desks = [central.desk(scopes=(here,)) for _ in range(3)]
    about = [builders.dossier(central.fresh(), scope_id=here) for _ in range(24)]
    central.plant(*about, builders.dossier(central.fresh(), scope_id=there))
    answers: dict[str, int] = {}

    def decide(desk: Desk, mine: list[Dossier]) -> None:
        for one in mine:
            answers[one.id] = desk.decide(builders.decision(one, verdict=Verdict.INVALID)).status_code

    threads = [threading.Thread(target=decide, args=(desk, about[n::3])) for n, desk in enumerate(desks)]
    movers = [
        threading.Thread(target=lambda mine=mine: [move(central, one, there) for one in mine])
        for mine in (about[:12][::-1], about[12:])
    ]
    for thread in (*threads, *movers):
        thread.start()
    for thread in (*threads, *movers):
        thread.join(120)
    for one in about:
        now = central.stored(replace(one, scope_id=there))[1]
        assert (answers[one.id], now.status) in ((201, Status.REJECTED), (410, Status.PENDING))
        assert central.decisions(one) == (answers[one.id] == 201)
    for scope in (here, there):
        chain(central.database, scope)
        state = central.desk(scopes=(scope,)).pull(scope).state
        assert state is not None
        assert state.count == (25 if scope == there else 0)


def test_a_move_that_cannot_be_is_refused_and_changes_nothing(central: Central) -> None:
    about, there = planted(central)
    refused: list[tuple[str, dict[str, str]]] = [
        ("same-office", {"there": about.scope_id}),
        ("unknown-office", {"there": "99999x"}),
        ("unknown-dossier", {"dossier_id": "nobody"}),
        ("unknown-dossier", {"here": "99999x"}),
        ("reason-missing", {"reason": "  "}),
        ("reason-missing", {"reason": "x" * 201}),
        ("who-missing", {"who": ""}),
    ]
    order = Order(dossier_id=about.id, here=about.scope_id, there=there, who=WHO, reason=WHY)
    for code, fields in refused:
        with pytest.raises(MoveError) as failed:
            moves.move(central.database, replace(order, **fields), utc_now())
        assert failed.value.code == code
    assert central.stored(about)[1] == about
    moves.move(central.database, order, utc_now())
    moved = central.stored(replace(about, scope_id=there))
    # told once more it is where it should be, and told to go elsewhere from where it is not any more it stays
    moves.move(central.database, order, utc_now())
    other = planted(central)[1]
    with pytest.raises(MoveError) as failed:
        moves.move(central.database, replace(order, there=other), utc_now())
    assert failed.value.code == "dossier-gone"
    assert central.stored(replace(about, scope_id=there)) == moved
