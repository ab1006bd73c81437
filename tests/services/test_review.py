"""Looking at one dossier: opening it, who holds it, what the registry says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from central_server import schema
from officer_console.central.errors import CentralError
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Role
from officer_console.domain.registry import RegistryVerdict
from officer_console.imaging.gate import Gate
from officer_console.services.review import Review
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy
from tests.faults.workplace import Workplace
from tests.services.review_desk import review_of

pytestmark = pytest.mark.xdist_group(__name__)


def test_a_dossier_opens_from_the_sealed_store_without_asking_anybody(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier
) -> None:
    desk.round()
    asked = len(proxy.requests)

    opened = review.open(about.id)

    assert (opened.dossier, opened.pending, opened.attention) == (about, None, None)
    assert (opened.lease_by_other, opened.offline) == (None, False)
    assert opened.reference.reasons
    assert len(proxy.requests) == asked


def test_a_dossier_that_is_not_here_is_unknown(review: Review) -> None:
    with pytest.raises(RuleError) as caught:
        review.open("nothing")

    assert caught.value.code == "unknown-dossier"


def test_a_waiting_and_a_refused_decision_are_shown_on_the_dossier(
    desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()
    decision = desk.record(about)
    assert review.open(about.id).pending == decision

    with desk.store.write() as tx:
        tx.outbox.refused(decision.op_id, "leased", {"by": "X"}, desk.clock())

    opened = review.open(about.id)
    assert opened.pending is None
    assert opened.attention is not None
    assert opened.attention.error_data == {"by": "X"}


def test_what_is_taken_is_mine_here_and_at_central(
    central: Central, desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()

    opened = review.take(about.id)

    assert opened.dossier.status is Status.PROCESSING
    assert opened.dossier.lease is not None
    assert opened.dossier.lease.officer_id == desk.officer.id
    assert opened.lease_by_other is None
    assert desk.stored(about) == opened.dossier == central.stored(about)[1]
    assert desk.changes[-1].concerns(about.id)


def test_a_second_officer_is_told_who_has_the_dossier_and_sees_it_in_the_list(
    make_desk: MakeDesk, gate: Gate, about: Dossier
) -> None:
    mine, other = make_desk(), make_desk()
    mine.round()
    other.round()
    review_of(mine, gate).take(about.id)

    with pytest.raises(CentralError) as caught:
        review_of(other, gate).take(about.id)
    other.round()

    assert caught.value.code == "leased"
    assert caught.value.problem is not None
    assert caught.value.problem.by == mine.officer.full_name
    assert caught.value.problem.until is not None
    opened = review_of(other, gate).open(about.id)
    assert opened.lease_by_other is not None
    assert opened.lease_by_other.officer_name == mine.officer.full_name


def test_a_lease_that_has_run_out_does_not_count(make_desk: MakeDesk, gate: Gate, about: Dossier) -> None:
    mine, other = make_desk(), make_desk()
    mine.round()
    review_of(mine, gate).take(about.id)
    other.round()

    other.clock.ahead += timedelta(minutes=16)

    assert review_of(other, gate).open(about.id).lease_by_other is None


def test_only_a_supervisor_takes_a_dossier_from_somebody(make_desk: MakeDesk, gate: Gate, about: Dossier) -> None:
    mine, colleague, chief = make_desk(), make_desk(), make_desk(role=Role.SUPERVISOR)
    for desk in (mine, colleague, chief):
        desk.round()
    review_of(mine, gate).take(about.id)

    with pytest.raises(CentralError) as caught:
        review_of(colleague, gate).take(about.id, break_other=True, reason="Hết ca trực")
    taken = review_of(chief, gate).take(about.id, break_other=True, reason="Hết ca trực")

    assert caught.value.code == "forbidden"
    assert taken.dossier.lease is not None
    assert taken.dossier.lease.officer_id == chief.officer.id


def test_without_network_the_dossier_opens_and_says_so(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier
) -> None:
    desk.round()
    proxy.down = True

    opened = review.take(about.id)

    assert (opened.dossier, opened.offline) == (about, True)
    review.release(about.id)


def test_what_was_decided_meanwhile_is_told_on_taking(
    desk: Workplace, make_desk: MakeDesk, review: Review, about: Dossier
) -> None:
    desk.round()
    colleague = make_desk()
    colleague.round()
    colleague.record(about)
    colleague.round()

    with pytest.raises(CentralError) as caught:
        review.take(about.id)

    assert caught.value.code == "already-decided"
    assert caught.value.problem is not None
    assert (caught.value.problem.by, caught.value.problem.status_now) == (colleague.officer.full_name, "approved")


def test_what_is_given_back_is_free_for_the_next(make_desk: MakeDesk, gate: Gate, about: Dossier) -> None:
    mine, other = make_desk(), make_desk()
    for desk in (mine, other):
        desk.round()
    review_of(mine, gate).take(about.id)

    review_of(mine, gate).release(about.id)

    assert review_of(other, gate).take(about.id).dossier.lease is not None


def test_the_registry_may_be_asked_without_deciding(
    central: Central, desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()

    answer = review.check_household(about.id)

    assert (answer.verdict, answer.registry_name) == (RegistryVerdict.MATCH, about.declaration.full_name)
    assert central.decisions(about) == 0


def test_a_session_that_has_ended_is_told_on_taking(
    central: Central, desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()
    with central.database.write() as connection:
        mine = schema.session.c.officer_id == desk.officer.id
        connection.execute(update(schema.session).where(mine).values(revoked=True))

    with pytest.raises(CentralError) as caught:
        review.take(about.id)

    assert caught.value.code == "sign-in-needed"
    assert review.open(about.id).dossier == about
