"""Leases over HTTP: who has the dossier, who may break, what the feed tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from central_server import feed, leases, schema
from officer_console.central import wire
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.lease import REASON_LIMIT
from officer_console.domain.message import Channel, Message, MessageKind, MessageState
from officer_console.domain.officer import Role
from tests import builders
from tests.central.process import Central, Desk, path_of, problem


def run_out(central: Central, about: Dossier, *, seen: bool) -> None:
    """Let the lease on a dossier end; with ``seen`` central's clock has come by and has taken it back."""
    with central.database.write() as connection:
        ended = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(schema.lease).where(schema.lease.c.dossier_id == about.id).values(expires_at=ended))
    if seen:
        central.becomes(about, Status.PENDING)


def taken_by(desk: Desk, about: Dossier) -> Dossier:
    """Return the dossier with the lease the desk asked for."""
    return wire.decode(desk.take(about).content, wire.Leased).dossier


def planted(central: Central) -> Dossier:
    about = builders.dossier(central.fresh())
    central.plant(about)
    return about


def test_an_officer_takes_a_dossier_and_the_document_says_so(central: Central, desk: Desk) -> None:
    about = planted(central)
    taken = wire.decode(desk.take(about).content, wire.Leased).dossier
    assert (taken.status, taken.version) == (Status.PROCESSING, about.version)
    assert taken.officer_name == desk.grant.officer.full_name
    assert taken.lease is not None
    assert taken.lease.officer_id == desk.grant.officer.id
    assert timedelta(minutes=14) < taken.lease.expires_at - datetime.now(UTC) <= timedelta(minutes=15)
    assert desk.dossier(about) == taken


def test_a_second_officer_sees_who_holds_the_dossier(central: Central, desk: Desk) -> None:
    about = planted(central)
    lease = wire.decode(desk.take(about).content, wire.Leased).dossier.lease
    assert lease is not None
    other = central.desk()
    for answer in (other.take(about), other.release(about), other.decide(builders.decision(about))):
        refused = problem(answer)
        assert (refused.name, refused.status) == ("leased", 409)
        assert (refused.by, refused.until) == (desk.grant.officer.full_name, lease.expires_at)


def test_only_a_supervisor_breaks_a_lease(central: Central, desk: Desk) -> None:
    about = planted(central)
    desk.take(about)
    assert problem(central.desk().take(about, break_other=True)).name == "forbidden"
    supervisor = central.desk(role=Role.SUPERVISOR)
    assert problem(supervisor.take(about)).name == "leased"
    taken = wire.decode(supervisor.take(about, break_other=True).content, wire.Leased).dossier
    assert taken.lease is not None
    assert taken.lease.officer_id == supervisor.grant.officer.id
    assert taken.history[-1].what == "lease_broken"
    assert problem(desk.take(about)).name == "leased"


def test_the_supervisors_reason_stands_in_the_lease_the_history_and_the_audit_trail(
    central: Central, desk: Desk
) -> None:
    about = planted(central)
    first = wire.decode(desk.take(about).content, wire.Leased).dossier.lease
    assert first is not None
    assert (first.reason, first.taken_at is not None) == (None, True)
    supervisor = central.desk(role=Role.SUPERVISOR)
    why = "Cán bộ nghỉ đột xuất"

    asked = {"break": True, "reason": f" {why} "}
    taken = wire.decode(supervisor.call("POST", path_of(about) + "/lease", asked).content, wire.Leased).dossier

    assert (taken.history[-1].what, taken.history[-1].note) == ("lease_broken", why)
    renewed = wire.decode(supervisor.take(about).content, wire.Leased).dossier.lease
    assert taken.lease is not None
    assert renewed is not None
    assert (renewed.reason, renewed.taken_at) == (why, taken.lease.taken_at)
    with central.database.read() as connection:
        bodies = connection.scalars(select(schema.audit.c.body).where(schema.audit.c.scope_id == about.scope_id))
        notes = [wire.decode(body, dict[str, Any]) for body in bodies if about.id in body]
    assert [note.get("reason") for note in notes] == [None, why]
    assert problem(desk.take(about)).by == supervisor.grant.officer.full_name


@pytest.mark.parametrize("said", [{}, {"reason": " \t"}, {"reason": None}], ids=["none", "blank", "null"])
@pytest.mark.parametrize("over", [False, True], ids=["running", "ran out"])
def test_who_breaks_a_lease_says_why(central: Central, desk: Desk, said: dict[str, object], over: bool) -> None:  # noqa: FBT001
    about = planted(central)
    held = taken_by(desk, about)
    if over:
        run_out(central, about, seen=False)
    supervisor = central.desk(role=Role.SUPERVISOR)

    refused = problem(supervisor.call("POST", path_of(about) + "/lease", {"break": True} | said))

    assert (refused.name, refused.status) == ("validation", 422)
    assert (refused.code, refused.pointer) == ("lease-reason-missing", "/reason")
    now = desk.dossier(about)
    assert (now.version, now.history) == (held.version, held.history)


def test_who_breaks_a_lease_that_nobody_has_needs_no_reason(central: Central) -> None:
    about = planted(central)
    supervisor = central.desk(role=Role.SUPERVISOR)

    taken = supervisor.call("POST", path_of(about) + "/lease", {"break": True})

    assert taken.status_code == 200


def test_a_decision_made_under_a_lease_that_was_broken_is_refused_even_when_nobody_holds_the_dossier_any_more(
    central: Central, desk: Desk
) -> None:
    about = planted(central)
    held = wire.decode(desk.take(about).content, wire.Leased).dossier
    decision = builders.decision(held)
    supervisor = central.desk(role=Role.SUPERVISOR)
    taken = wire.decode(supervisor.take(held, break_other=True).content, wire.Leased).dossier
    supervisor.release(taken)

    refused = problem(desk.decide(decision))

    assert (refused.name, refused.by) == ("version-conflict", supervisor.grant.officer.full_name)
    assert desk.dossier(about).status is Status.PENDING
    # Having seen that, he may decide anew.
    again = wire.decode(desk.take(about).content, wire.Leased).dossier
    assert desk.decide(builders.decision(again)).status_code == 201


def test_a_lease_that_is_taken_kept_longer_and_given_back_leaves_the_version_alone(
    central: Central, desk: Desk
) -> None:
    about = planted(central)

    versions = {wire.decode(desk.take(about).content, wire.Leased).dossier.version for _ in range(2)}
    desk.release(about)

    assert versions | {desk.dossier(about).version} == {about.version}


@pytest.mark.parametrize("seen", [True, False])
def test_a_decision_made_under_a_lease_that_ran_out_is_refused_once_somebody_else_has_had_the_dossier(
    central: Central, desk: Desk, *, seen: bool
) -> None:
    about = planted(central)
    decision = builders.decision(taken_by(desk, about))
    run_out(central, about, seen=seen)
    other = central.desk()
    taken = taken_by(other, about)
    other.release(about)

    refused = problem(desk.decide(decision))

    assert (refused.name, refused.by) == ("version-conflict", other.grant.officer.full_name)
    last = taken.history[-1]
    assert (last.what, last.who, last.note) == (
        "lease_lapsed",
        other.grant.officer.full_name,
        desk.grant.officer.full_name,
    )
    assert central.audited(about) == [("opened", one.grant.officer.id) for one in (desk, other)]
    assert desk.decide(builders.decision(taken_by(desk, about))).status_code == 201


@pytest.mark.parametrize("seen", [True, False])
def test_a_lease_that_is_broken_just_after_it_ran_out_is_broken_all_the_same(
    central: Central, desk: Desk, *, seen: bool
) -> None:
    about = planted(central)
    decision = builders.decision(taken_by(desk, about))
    run_out(central, about, seen=seen)
    supervisor = central.desk(role=Role.SUPERVISOR)
    taken = wire.decode(supervisor.take(about, break_other=True).content, wire.Leased).dossier
    supervisor.release(about)

    assert (taken.version, taken.history[-1].what) == (about.version + 1, "lease_broken")
    assert problem(desk.decide(decision)).name == "version-conflict"


@pytest.mark.parametrize("seen", [True, False])
def test_whose_own_lease_ran_out_may_go_on_with_what_he_judged(central: Central, desk: Desk, *, seen: bool) -> None:
    about = planted(central)
    decision = builders.decision(taken_by(desk, about))
    run_out(central, about, seen=seen)
    assert central.desk().release(about).status_code == 204, "somebody closes what he had not got"

    again = taken_by(desk, about)
    desk.release(about)

    assert (again.version, again.history) == (about.version, about.history)
    assert taken_by(central.desk(), about).version == about.version, "given back, it is nobody's"
    with central.database.write() as connection:
        connection.execute(schema.lease.delete().where(schema.lease.c.dossier_id == about.id))
    assert desk.decide(decision).status_code == 201


def test_a_lease_that_ran_out_is_ended_once_and_cannot_be_given_back_any_more(central: Central, desk: Desk) -> None:
    about = planted(central)
    desk.take(about)
    run_out(central, about, seen=True)
    assert leases.end_leases(central.database, datetime.now(UTC)) == 0
    assert desk.release(about).status_code == 204
    assert taken_by(central.desk(), about).version == about.version + 1


def test_a_reason_longer_than_its_column_is_refused(central: Central, desk: Desk) -> None:
    about = planted(central)
    asked = {"break": False, "reason": "x" * (REASON_LIMIT + 1)}
    assert problem(desk.call("POST", path_of(about) + "/lease", asked)).name == "validation"


def test_what_is_given_back_is_pending_again(central: Central, desk: Desk) -> None:
    about = planted(central)
    desk.take(about)
    assert desk.release(about).status_code == 204
    assert desk.release(about).status_code == 204
    assert desk.dossier(about) == about
    assert central.desk().take(about).status_code == 200


def test_a_lease_that_ran_out_is_taken_back_by_itself(central: Central, desk: Desk) -> None:
    about = planted(central)
    desk.take(about)
    run_out(central, about, seen=True)
    assert desk.dossier(about) == about


def test_a_document_carries_its_tag_and_is_sent_whenever_it_is_asked_for(central: Central, desk: Desk) -> None:
    about = planted(central)
    first = desk.get(path_of(about))
    tag = first.headers["ETag"]
    assert tag == wire.etag(central.epoch, 1)
    # what changes without a new version: a lease, the state of a message
    told = Message(
        kind=MessageKind.REFUSED, channel=Channel.SMS, state=MessageState.SENT, to="09•••••123", at=datetime.now(UTC)
    )
    with central.database.write() as connection:
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        feed.put(connection, stored, replace(about, messages=(told,)))
    again = desk.get(path_of(about), If_None_Match=tag)
    assert (again.status_code, again.headers["ETag"]) == (200, tag)
    assert wire.decode(again.content, Dossier).messages == (told,)
    assert desk.get(path_of(about), If_None_Match=tag).content == again.content


def test_opening_a_dossier_leaves_a_trace_and_keeping_it_does_not(central: Central, desk: Desk) -> None:
    about = planted(central)
    supervisor = central.desk(role=Role.SUPERVISOR)
    for _ in range(2):
        assert desk.take(about).status_code == 200
    assert supervisor.take(about, break_other=True).status_code == 200
    assert central.audited(about) == [
        ("opened", desk.grant.officer.id),
        ("opened", supervisor.grant.officer.id),
    ]


def test_unknown_dossiers_are_unknown(central: Central, desk: Desk) -> None:
    about = builders.dossier(central.fresh())
    for answer in (
        desk.get(path_of(about)),
        desk.take(about),
        desk.release(about),
        desk.decide(builders.decision(about)),
    ):
        assert problem(answer).name == "unknown-dossier"


def test_a_decided_dossier_cannot_be_taken(central: Central, desk: Desk) -> None:
    about = planted(central)
    central.register_person(about)
    assert desk.decide(builders.decision(about)).status_code == 201
    refused = problem(desk.take(about))
    assert (refused.name, refused.status_now) == ("already-decided", "approved")
    assert refused.by == desk.grant.officer.full_name
