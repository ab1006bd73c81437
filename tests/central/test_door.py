"""A crowd at the sign-in: bounded in number, in memory and in what it leaves behind; the others go on."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import func, insert, select

from central_server.auth import COUNTED_NAMES, SignIn
from central_server.database import Database
from central_server.door import PLACES, PLACES_PER_ADDRESS, Door
from central_server.problems import ProblemError
from central_server.schema import login_attempt
from officer_console.central import wire
from tests.central.process import Central, Desk, problem

# one engine is enough for the two tests that hold a crowd
one_engine = pytest.mark.parametrize("central", ["sqlite"], indirect=True, scope="session")


@one_engine
def test_a_flood_of_sign_ins_is_turned_away_and_the_others_are_served(central: Central, desk: Desk) -> None:
    crowd = 60
    together = threading.Barrier(crowd + 1)

    def knock(n: int) -> requests.Response:
        body = wire.encode(wire.Credentials(username=f"flood.{n}", password="sai", device_id="d"))
        together.wait(30)
        return requests.post(f"{central.url}/v1/sessions", data=body, timeout=60)

    with ThreadPoolExecutor(crowd) as threads:
        knocking = [threads.submit(knock, n) for n in range(crowd)]
        together.wait(30)
        assert desk.get("/v1/me").status_code == 200
        answers = [one.result() for one in knocking]
    names = Counter(problem(answer).name for answer in answers)
    assert set(names) == {"invalid-credentials", "unavailable"}
    assert names["invalid-credentials"] >= PLACES_PER_ADDRESS
    turned_away = next(answer for answer in answers if answer.status_code == 503)
    assert turned_away.headers["Retry-After"] == "1"


def test_one_address_leaves_room_for_others_and_all_together_have_a_bound() -> None:
    async def crowd() -> list[str]:
        door, go = Door(), threading.Event()
        told: list[str] = []

        async def knock(address: str) -> None:
            try:
                await door.through(address, lambda: go.wait(30))
            except ProblemError as refused:
                told.append(f"{address} {refused.name}")
            else:
                told.append(f"{address} in")

        knocking = [asyncio.create_task(knock("a")) for _ in range(PLACES_PER_ADDRESS + 1)]
        knocking += [asyncio.create_task(knock(f"b{n}")) for n in range(PLACES - PLACES_PER_ADDRESS + 1)]
        while len(told) < 2:
            await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*knocking)
        refused = [line for line in told if line.endswith("unavailable")]
        await knock("a")
        door.close()
        return [*refused, told[-1]]

    last = f"b{PLACES - PLACES_PER_ADDRESS}"
    assert asyncio.run(crowd()) == ["a unavailable", f"{last} unavailable", "a in"]


def test_made_up_names_do_not_fill_the_database(database: Database) -> None:
    now = datetime(2026, 3, 10, tzinfo=UTC)
    rows = [
        {"name_sha256": f"{n:064d}", "tries": 4, "last_at": now + timedelta(milliseconds=n), "locked_until": None}
        for n in range(COUNTED_NAMES)
    ]
    rows[0]["locked_until"] = now + timedelta(minutes=15)
    with database.write() as connection:
        connection.execute(insert(login_attempt), rows)
    sign_in = SignIn(database, lambda: now + timedelta(minutes=1))
    with pytest.raises(ProblemError):
        sign_in.sign_in(wire.Credentials(username="la", password="sai", device_id="d"))
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(login_attempt)).scalar_one() == COUNTED_NAMES
        kept = set(connection.execute(select(login_attempt.c.name_sha256)).scalars())
    # the oldest went, but for the one that is locked
    assert rows[0]["name_sha256"] in kept
    assert rows[1]["name_sha256"] not in kept
