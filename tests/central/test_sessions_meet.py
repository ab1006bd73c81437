"""Signing out while the token is being exchanged for the next one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from central_server.auth import SignIn
from central_server.database import Database
from central_server.problems import ProblemError
from officer_console.central import wire
from tests import builders
from tests.central.process import PASSWORD, enter, wait_until

WAIT = 20
SOMEBODY_WAITS = text(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1"
)


class HeldClock:
    """The time, which stops whoever asks it the second time: in the middle of an exchange."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.go_on = threading.Event()
        self._asked = 0

    def __call__(self) -> datetime:
        self._asked += 1
        if self._asked == 2:
            self.stopped.set()
            assert self.go_on.wait(WAIT)
        return datetime.now(UTC)


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database, where two write at a time."""
    with closing(Database.open(postgres_url)) as database:
        yield database


def test_what_an_exchange_gives_that_met_the_sign_out_is_ended_with_the_rest(shared: Database) -> None:
    person, clock = builders.officer("ha.nt"), HeldClock()
    enter(shared, person)
    with (
        closing(SignIn(shared, lambda: datetime.now(UTC))) as sign_in,
        closing(SignIn(shared, clock)) as slow,
        ThreadPoolExecutor(2) as threads,
    ):
        first = sign_in.sign_in(wire.Credentials(username=person.username, password=PASSWORD, device_id="d"))
        exchange = threads.submit(slow.refresh, first.refresh_token)
        assert clock.stopped.wait(WAIT)
        leaving = threads.submit(sign_in.sign_out, first.refresh_token)

        def waits() -> bool | None:
            with shared.read() as connection:
                return connection.execute(SOMEBODY_WAITS).scalar() is not None or None

        assert wait_until(waits, WAIT)
        clock.go_on.set()
        second = exchange.result(WAIT)
        leaving.result(WAIT)

        for use in (lambda: sign_in.caller(second.access_token), lambda: sign_in.refresh(second.refresh_token)):
            with pytest.raises(ProblemError) as refused:
                use()
            assert refused.value.name == "token-expired"
