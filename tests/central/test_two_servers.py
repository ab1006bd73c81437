"""Two servers on one PostgreSQL: what both are told at once is recorded once, and what both find due is done once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select

from central_server import audit, feed, jobs, schema, statements
from central_server.blobs import BlobFolder
from central_server.database import Database
from central_server.decide import Decided, Deciding
from central_server.problems import ProblemError
from central_server.reference import References, default_folder, load_references
from central_server.registry import RegistryRecord, RegistrySilentError, SqlRegistry
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.names import fold
from tests import builders

T = TypeVar("T")

LONG_AGO = date(2026, 3, 10)
LATER = datetime(2026, 4, 10, tzinfo=UTC)


@pytest.fixture
def servers(postgres_url: str) -> Iterator[tuple[Database, Database]]:
    with closing(Database.open(postgres_url)) as one, closing(Database.open(postgres_url)) as other:
        assert one.state == other.state
        yield one, other


@pytest.fixture
def references(servers: tuple[Database, Database]) -> References:
    return load_references(default_folder(), servers[0])


@pytest.fixture
def deciding(servers: tuple[Database, Database], references: References, tmp_path: Path) -> tuple[Deciding, ...]:
    blobs = BlobFolder(tmp_path / "blobs")
    return tuple(Deciding(server, blobs, SqlRegistry(server), references, utc_now) for server in servers)


def plant(database: Database, *dossiers: Dossier) -> None:
    """Put dossiers into their offices' feeds and their people on record."""
    people = [
        {
            "social_code": about.declaration.social_code,
            "full_name": about.declaration.full_name,
            "folded": fold(about.declaration.full_name),
            "birth": about.declaration.birth.text(),
        }
        for about in dossiers
    ]
    with database.write() as connection:
        for scope in sorted({about.scope_id for about in dossiers}):
            feed.ensure_scope(connection, scope, database.epoch)
            feed.add(connection, scope, [about for about in dossiers if about.scope_id == scope])
        connection.execute(insert(schema.registry_person), people)


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Do everything at the same moment and return what came of each."""
    together = threading.Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        together.wait(20)
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


def test_of_many_decisions_on_a_dossier_one_is_recorded_and_its_repeats_get_its_receipt(
    servers: tuple[Database, Database], deciding: tuple[Deciding, ...]
) -> None:
    dossiers = [builders.dossier(n) for n in range(1, 7)]
    plant(servers[0], *dossiers)
    tag = wire.etag(servers[0].epoch, 1)

    def send(server: Deciding, decision: Decision) -> tuple[str, Decided | str]:
        try:
            return decision.op_id, server.decide(builders.officer(f"officer.{decision.op_id[-1]}"), decision, tag)
        except ProblemError as problem:
            return decision.op_id, problem.name

    for place, about in enumerate(dossiers):
        rivals = [builders.decision(about, op_id=str(UUID(int=16 * place + n))) for n in range(4)]
        answers = at_once([partial(send, server, mine) for mine in rivals for server in deciding])
        got = [(op_id, answer) for op_id, answer in answers if isinstance(answer, Decided)]
        assert len({op_id for op_id, _ in got}) == 1
        assert sorted(answer.replayed for _, answer in got) == [False, True]
        assert len({answer.receipt for _, answer in got}) == 1
        assert Counter(answer for _, answer in answers if isinstance(answer, str)) == {"already-decided": 6}
    with servers[1].read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.decision)).scalar_one() == len(dossiers)
        assert connection.execute(select(func.count()).select_from(schema.account)).scalar_one() == len(dossiers)
        assert connection.execute(statements.SCOPE_STATE, {"scope_id": builders.SCOPE}).one().last_seq == 12
        entries = connection.execute(select(schema.audit).order_by(schema.audit.c.n)).all()
    prev = audit.BEGINNING
    for n, entry in enumerate(entries, 1):
        assert (entry.n, entry.prev, entry.h) == (n, prev, audit.chain_hash(prev, n, entry.body))
        prev = entry.h
    assert len(entries) == len(dossiers)


def test_one_phone_in_two_offices_gets_one_account(
    servers: tuple[Database, Database], deciding: tuple[Deciding, ...]
) -> None:

    def send(server: Deciding, about: Dossier) -> str:
        officer = builders.officer("officer", scopes=(about.scope_id,))
        try:
            server.decide(officer, builders.decision(about), wire.etag(servers[0].epoch, 1))
        except ProblemError as problem:
            return str(problem.document.code)
        return "recorded"

    for n in range(10):
        pair = [
            builders.dossier(
                100 + 2 * n + k,
                scope_id=f"0790{k}",
                declaration=builders.declaration(100 + 2 * n + k, phone=f"0911000{n:03d}"),
            )
            for k in range(2)
        ]
        plant(servers[0], *pair)

        answers = at_once([partial(send, server, about) for server, about in zip(deciding, pair, strict=True)])
        assert sorted(answers) == ["phone-taken", "recorded"]


def test_what_both_clocks_find_due_expires_once(servers: tuple[Database, Database], references: References) -> None:
    plant(servers[0], *(builders.dossier(n, declared_on=LONG_AGO) for n in range(1, 31)))
    done = at_once([partial(jobs.expire_declarations, server, references, LATER) for server in servers])
    assert sum(done) == 30
    with servers[0].read() as connection:
        assert connection.execute(statements.SCOPE_STATE, {"scope_id": builders.SCOPE}).one().last_seq == 60


class SilentRegistry:
    """Counts how often it was asked about each code."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def look_up(self, social_code: str) -> Sequence[RegistryRecord]:
        self.asked[social_code] += 1
        raise RegistrySilentError


def test_two_servers_ask_the_registry_once_about_a_dossier(
    servers: tuple[Database, Database], references: References
) -> None:
    plant(servers[0], *(builders.dossier(n, status=Status.CHECKING) for n in range(1, 41)))
    registry = SilentRegistry()
    # what one has asked about is not due again for the other, however late that one begins
    wait = timedelta(minutes=1)
    at_once([partial(jobs.ask_again, server, registry, references, lambda: LATER, wait) for server in servers])
    assert set(registry.asked.values()) == {1}
    assert len(registry.asked) == 40
