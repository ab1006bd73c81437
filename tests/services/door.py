"""The sign-in of one machine at a real central."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from central_server import schema
from officer_console.central.client import CentralClient
from officer_console.central.errors import CentralError
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Officer
from officer_console.services.decide import Decide
from officer_console.services.sign_in import Session, SignIn
from officer_console.store.keys import KeySlotError
from officer_console.store.store import Store
from tests import builders
from tests.central.process import PASSWORD, Central
from tests.faults.proxy import Proxy
from tests.faults.workplace import Clock, client, draft

NEW_PASSWORD = "Mật-khẩu-mới-2"


class Door:
    """The sign-in of one machine; closes every store it opened."""

    def __init__(self, central: Central, proxy: Proxy, folder: Path) -> None:
        self.central = central
        self.proxy = proxy
        self.profiles = folder / "profiles"
        self.client: CentralClient = client(proxy.url)
        self.opened: list[Store] = []

    def __call__(self, username: str, password: str = PASSWORD, old: str | None = None) -> Session:
        self.client = client(self.proxy.url)
        service = SignIn(self.client, self.profiles, device_id="desk-1", clock=Clock())
        session = service.sign_in(username, password, old)
        self.opened.append(session.store)
        return session

    def refused(self, username: str, password: str = PASSWORD, old: str | None = None) -> str:
        with pytest.raises((CentralError, RuleError, KeySlotError)) as caught:
            self(username, password, old)
        assert isinstance(caught.value, CentralError | RuleError | KeySlotError)
        return caught.value.code

    def files(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(self.profiles.rglob("*")) if path.is_file()}

    def change_password(self, officer: Officer) -> None:
        new = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(NEW_PASSWORD)
        with self.central.database.write() as connection:
            mine = schema.officer.c.id == officer.id
            connection.execute(update(schema.officer).where(mine).values(password_hash=new))


@pytest.fixture
def door(central: Central, proxy: Proxy, tmp_path: Path) -> Iterator[Door]:
    opened = Door(central, proxy, tmp_path)
    yield opened
    for store in opened.opened:
        store.close()


@pytest.fixture
def officer(central: Central, scope: str) -> Officer:
    return central.officer(scopes=(scope,))


def sessions_of(central: Central, officer: Officer) -> int:
    """Return how many sessions of the officer central would answer or renew."""
    with central.database.read() as connection:
        mine = (schema.session.c.officer_id == officer.id) & ~schema.session.c.revoked & ~schema.session.c.refresh_used
        return connection.execute(select(func.count()).select_from(schema.session).where(mine)).scalar_one()


def waiting_decision(door: Door, officer: Officer, scope: str) -> str:
    """Sign in, get one dossier, record a decision on it and return its op_id."""
    about = builders.dossier(door.central.fresh(), scope_id=scope)
    door.central.plant(about)
    session = door(officer.username)
    with session.store.apply() as tx:
        tx.dossiers.put([door.central.stored(about)])
    decide = Decide(
        session.store,
        officer,
        clock=Clock(),
        new_id=lambda: "0190f0a0-0000-7000-8000-000000000001",
        recorded=lambda: None,
    )
    decision = decide.record(draft(about))
    session.store.close()
    return decision.op_id
