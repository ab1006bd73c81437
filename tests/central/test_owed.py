"""Approvals whose account is not what they say are told by their ids: on several servers as on one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from central_server import feed, moves
from central_server.moves import Order
from central_server.options import Options
from central_server.owed import BETWEEN_ROUNDS, LOOK_BACK, OwedAccounts
from central_server.schema import account
from central_server.serving import assemble, background_jobs
from central_server.shards import spread
from officer_console.domain.dossier import Dossier, DossierKind, Status
from tests import builders
from tests.central.process import Central, running_central
from tests.postgres import Cluster

OFFICES = tuple(f"{7900 + n:05d}" for n in range(4))
NOW = datetime.now(UTC)


@pytest.fixture(params=["sqlite", "postgresql", "sharded"])
def central(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Central]:
    """Return a central of its own: the accounts of others must not be touched."""
    url = None
    if request.param != "sqlite":
        cluster: Cluster = request.getfixturevalue("postgres")
        front, *behind = (cluster.dsn(f"lost_{part}") for part in ("front", "first", "second"))
        url = front
        if request.param == "sharded":
            spread(front, behind)
    with running_central(tmp_path, url=url) as running:
        yield running


def approved(central: Central, kind: DossierKind, count: int = len(OFFICES)) -> list[Dossier]:
    """Return dossiers of several offices that an officer has just approved."""
    about = []
    for scope in OFFICES[:count]:
        n = central.fresh()
        about.append(builders.dossier(n, scope_id=scope, number=f"{n}/{scope}", kind=kind))
    approve(central, *about)
    return about


def approve(central: Central, *about: Dossier) -> None:
    desk = central.desk(scopes=OFFICES)
    central.plant(*about)
    for dossier in about:
        central.register_person(dossier)
        assert desk.decide(builders.decision(dossier)).status_code == 201
        assert central.stored(dossier)[1].status is Status.APPROVED


def spoil(central: Central, about: Dossier, **values: str) -> None:
    """Make a citizen's account what it was before the approval: gone, or with these values."""
    of_code = account.c.social_code == about.declaration.social_code
    with central.database.write() as connection:
        changed = connection.execute(
            update(account).where(of_code).values(values) if values else delete(account).where(of_code)
        )
        assert changed.rowcount == 1


def move(central: Central, about: Dossier, *offices: str) -> None:
    """Let a dossier go from office to office."""
    here = about.scope_id
    for there in offices:
        moves.move(central.database, order_of(about, here, there), datetime.now(UTC))
        here = there


def order_of(about: Dossier, here: str, there: str) -> Order:
    return Order(dossier_id=about.id, here=here, there=there, who="quan.tri", reason="Sai cơ quan")


def rounds(owed: OwedAccounts, count: int, begin: datetime = NOW) -> list[set[str]]:
    """Return which dossiers each of some rounds told."""
    return [{found.dossier_id for found in owed.look(begin + n * BETWEEN_ROUNDS)} for n in range(count)]


def test_each_approval_that_lost_its_account_is_told_once_by_its_ids(
    central: Central, expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expect_log("approved without its account")
    registered, _kept, other_phone, _ = approved(central, DossierKind.REGISTER)
    changed, other_mail, *_ = approved(central, DossierKind.CHANGE)
    stopped, *_ = approved(central, DossierKind.STOP)
    spoil(central, registered)
    spoil(central, other_phone, phone="0900000000")
    spoil(central, changed, phone="0300000000")
    spoil(central, other_mail, email="nguoi.cu@example.vn")
    spoil(central, stopped, state="active")
    lost = {registered.id, other_phone.id, changed.id, other_mail.id, stopped.id}
    owed = OwedAccounts(central.database)
    assert rounds(owed, 4) == [set(), lost, set(), set()], "the first round only doubts"
    lines = [record.getMessage() for record in caplog.records if record.name == "central_server.owed"]
    assert len(lines) == len(lost)
    for line in lines:
        assert re.fullmatch(r"approved without its account: office \d{5}, dossier [0-9a-f-]{36}", line)


def test_what_a_later_approval_changed_was_not_lost(central: Central) -> None:
    owed = OwedAccounts(central.database)
    here, *_ = approved(central, DossierKind.REGISTER, 1)
    assert rounds(owed, 1) == [set()]
    n = central.fresh()
    moved = builders.declaration(n, phone="0912000000")
    later = builders.dossier(
        n, scope_id=OFFICES[-1], kind=DossierKind.CHANGE, declaration=moved, previous=here.declaration
    )
    # as the account stands: the change is another office's and gives it another code
    central.register_person(later)
    with central.database.write() as connection:
        feed.ensure_scope(connection, later.scope_id, central.epoch)
        feed.add(connection, later.scope_id, [later])
    assert central.desk(scopes=OFFICES).decide(builders.decision(later)).status_code == 201
    assert rounds(owed, 3, NOW + BETWEEN_ROUNDS) == [set()] * 3
    assert rounds(OwedAccounts(central.database), 3) == [set()] * 3, "nor for a central that starts afterwards"


def test_an_account_that_comes_late_or_is_put_right_is_not_told(central: Central) -> None:
    owed = OwedAccounts(central.database)
    about, *_ = approved(central, DossierKind.REGISTER, 1)
    spoil(central, about, phone="0900000000")
    assert rounds(owed, 1) == [set()]
    spoil(central, about, phone=about.declaration.phone)
    assert rounds(owed, 2, NOW + BETWEEN_ROUNDS) == [set()] * 2


def test_a_dossier_that_moved_after_its_approval_is_told_where_it_is_now(
    central: Central, expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expect_log("approved without its account")
    once, often, back, kept = approved(central, DossierKind.REGISTER)
    for about in (once, often, back):
        spoil(central, about)
    first, second, third, fourth = OFFICES
    move(central, once, second)
    move(central, often, third, fourth, first)
    move(central, back, fourth, third)
    move(central, kept, first)
    lost = {once.id, often.id, back.id}
    assert rounds(OwedAccounts(central.database), 3) == [set(), lost, set()]
    told = {record.getMessage() for record in caplog.records if record.name == "central_server.owed"}
    assert told == {
        f"approved without its account: office {office}, dossier {about.id}"
        for office, about in ((second, once), (first, often), (third, back))
    }


def test_a_dossier_between_two_offices_is_told_when_it_has_arrived(
    central: Central, expect_log: Callable[[str], None]
) -> None:
    expect_log("approved without its account")
    about, *_ = approved(central, DossierKind.REGISTER, 2)
    spoil(central, about)
    owed = OwedAccounts(central.database)
    order = order_of(about, *OFFICES[:2])
    central.database.transact(partial(moves._leave, order=order, now=datetime.now(UTC)))
    assert rounds(owed, 2) == [set(), set()]
    moves.move(central.database, order, datetime.now(UTC), apart=True)
    assert rounds(owed, 3, NOW + 2 * BETWEEN_ROUNDS) == [set(), {about.id}, set()]


def test_what_was_approved_long_before_a_central_started_is_not_looked_at(central: Central) -> None:
    about, *_ = approved(central, DossierKind.REGISTER, 1)
    spoil(central, about)
    late = datetime.now(UTC) + LOOK_BACK + timedelta(seconds=1)
    assert rounds(OwedAccounts(central.database), 3, late) == [set()] * 3


def test_an_approval_by_the_registry_that_answers_late_is_looked_at_as_well(
    central: Central, expect_log: Callable[[str], None]
) -> None:
    expect_log("approved without its account")
    about = builders.dossier(central.fresh(), scope_id=OFFICES[0])
    central.plant(about)
    central.register_person(about)
    central.silence(about, 1)
    assert central.desk(scopes=OFFICES).decide(builders.decision(about)).status_code == 201
    central.becomes(about, Status.APPROVED)
    spoil(central, about)
    assert rounds(OwedAccounts(central.database), 3) == [set(), {about.id}, set()]


def test_a_job_of_central_does_the_rounds(
    central: Central, tmp_path: Path, expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expect_log("approved without its account: office")
    about, *_ = approved(central, DossierKind.REGISTER, 1)
    spoil(central, about)
    options = Options(database="", port=0, blobs=str(tmp_path))
    services = assemble(central.database, options, lambda: NOW)
    (job,) = (job for job in background_jobs(services, options) if job.name == "accounts")
    for _ in range(3):
        job.step()
    services.door.close()
    told = [record.getMessage() for record in caplog.records if record.name == "central_server.owed"]
    assert told == [f"approved without its account: office {about.scope_id}, dossier {about.id}"]
