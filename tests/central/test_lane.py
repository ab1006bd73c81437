"""The short way of decisions and pages answers as the framework's way does, and what PostgreSQL is sent together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from central_server import schema, statements
from central_server.database import Database
from central_server.trips import Step, run
from officer_console.central import wire
from tests import builders
from tests.central.process import Central, Desk, path_of, problem

# FastAPI's routes do not mind a parameter nobody has heard of; the short way leaves such a request to them.
LONG_WAY = "?long=way"


def test_a_page_is_the_same_both_ways(central: Central, desk: Desk) -> None:
    central.plant(builders.dossier(central.fresh()), builders.dossier(central.fresh()))
    path = f"/v1/scopes/{builders.SCOPE}/changes"
    short, long = desk.get(path), desk.get(path + LONG_WAY)
    assert short.status_code == long.status_code == 200
    assert wire.decode(short.content, wire.Page).items == wire.decode(long.content, wire.Page).items
    told = ("content-type", "cache-control", "vary", "content-encoding")
    assert [short.headers.get(name) for name in told] == [long.headers.get(name) for name in told]
    too_many = [problem(desk.get(f"{path}{end}")) for end in ("?limit=501", f"{LONG_WAY}&limit=501")]
    assert {(one.name, one.code, one.pointer) for one in too_many} == {("validation", "malformed", "/query/limit")}


def test_a_decision_sent_again_the_other_way_gets_its_first_receipt(central: Central, desk: Desk) -> None:
    about = builders.dossier(central.fresh())
    central.plant(about)
    decision = builders.decision(about)
    tag = wire.etag(central.epoch, about.version)
    sent: dict[str, Any] = {"Idempotency_Key": decision.op_id, "If_Match": tag}
    path = f"{path_of(about)}/decisions"
    first = desk.call("POST", path, decision, **sent)
    again = desk.call("POST", path + LONG_WAY, decision, **sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    assert central.decisions(about) == 1


@pytest.mark.parametrize("end", ["", LONG_WAY])
def test_refusals_are_problem_documents_both_ways(central: Central, desk: Desk, end: str) -> None:
    about = builders.dossier(central.fresh())
    decision = builders.decision(about)
    sent: dict[str, Any] = {"Idempotency_Key": decision.op_id, "If_Match": wire.etag(central.epoch, about.version)}
    path = f"{path_of(about)}/decisions{end}"
    unknown = desk.call("POST", path, decision, **sent)
    assert problem(unknown).name == "unknown-dossier"
    assert unknown.headers["x-request-id"] == problem(unknown).request_id
    assert problem(desk.call("POST", path, raw=b"{", **sent)).code == "malformed"
    elsewhere = path.replace(builders.SCOPE, "99999")
    assert problem(desk.call("POST", elsewhere, decision, **sent)).name == "scope-revoked"


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Database]:
    with closing(Database.open(postgres_url)) as database:
        yield database


def test_the_transaction_ends_with_its_last_statements_or_not_at_all(shared: Database) -> None:
    insert = text("INSERT INTO office (scope_id, name) VALUES (:scope_id, :name)")
    one, two = ({"scope_id": name, "name": name} for name in "ab")
    with shared.write() as connection:
        run(connection, Step(insert, one), commit=True)
    with pytest.raises(IntegrityError), shared.write() as connection:
        run(connection, Step(insert, two), Step(insert, one), Step(insert, two), commit=True)
    with shared.read() as connection:
        assert connection.execute(select(schema.office.c.scope_id)).scalars().all() == ["a"]
    with shared.write() as connection:
        run(connection, Step(insert, two), commit=True)


def test_a_text_that_postgresql_would_cut_short_is_refused(shared: Database) -> None:
    with pytest.raises(DBAPIError) as told, shared.look() as connection:
        run(connection, Step(statements.SCOPE_STATE, {"scope_id": "a\0b"}))
    assert isinstance(told.value.orig, psycopg.DataError)
    with shared.look() as connection:
        (found,) = run(connection, Step(statements.SCOPE_STATE, {"scope_id": "a"}))
    assert found.row is None


def test_a_connection_whose_prepared_statements_have_gone_is_not_used_again(shared: Database) -> None:
    step = Step(statements.SCOPE_STATE, {"scope_id": "a"})
    with shared.look() as connection:
        run(connection, step)
        connection.exec_driver_sql("DEALLOCATE ALL")
    with pytest.raises(OperationalError, match="not valid any more"), shared.look() as connection:
        run(connection, step)
    with shared.look() as connection:
        (found,) = run(connection, step)
    assert found.row is None
