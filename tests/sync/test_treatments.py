"""Every way central can answer a decision or a page: what becomes of the decision, of the others, of the round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import pytest

from officer_console.central.errors import CentralError
from officer_console.domain.dossier import Dossier
from officer_console.sync.backoff import LONGEST_SECONDS
from officer_console.sync.treatment import BY_CODE, BY_STATUS, Treatment, treatment
from tests import builders
from tests.central.process import Central
from tests.faults.proxy import REFUSE, Fault, Proxy, reply
from tests.faults.workplace import Workplace

pytestmark = pytest.mark.xdist_group(__name__)

DECISIONS = r"POST .*/decisions"
PAGES = r"GET .*/changes"
End = Literal["goes on", "raises"]


def named(status: int, name: str) -> Fault:
    """Return the answer that is the problem ``name``."""
    return reply(status, {"type": f"urn:hgd:problem:{name}", "status": status})


class Row(NamedTuple):
    """One row of the table: the answer, what the decision is then, what becomes of the round."""

    fault: Fault
    what: Treatment
    state: str
    code: str
    round: End
    logs: str = ""


PARKED = "decision refused .* code="
QUARANTINED = "decision quarantined .* code="
ROWS = {
    "no answer": Row(REFUSE, Treatment.RETRY, "waiting", "unreachable", "raises"),
    "cut short": Row(Fault(how="cut", after=500), Treatment.RETRY, "waiting", "unreachable", "raises"),
    "429": Row(reply(429, b"slow", "text/plain"), Treatment.RETRY, "waiting", "unreachable", "raises"),
    "503": Row(reply(503, b"busy", "text/plain"), Treatment.RETRY, "waiting", "unreachable", "raises"),
    **{
        str(status): Row(reply(status, b"x", "text/plain"), Treatment.RETRY, "waiting", "unreachable", "goes on")
        for status in (408, 425, 500, 502, 504)
    },
    "internal": Row(named(500, "internal"), Treatment.RETRY, "waiting", "internal", "goes on"),
    "unavailable": Row(named(503, "unavailable"), Treatment.RETRY, "waiting", "unavailable", "raises"),
    "uploads full": Row(named(409, "uploads-full"), Treatment.WAIT, "waiting", "uploads-full", "goes on"),
    "later 429": Row(named(429, "too-many-requests"), Treatment.RETRY, "waiting", "too-many-requests", "raises"),
    "gateway": Row(
        reply(502, {"type": "about:blank", "status": 502}), Treatment.RETRY, "waiting", "unreachable", "goes on"
    ),
    "redirect": Row(reply(302, b"", "text/html"), Treatment.HOSTILE, "waiting", "protocol", "goes on"),
    "other type": Row(reply(200, b"<html>", "text/html"), Treatment.HOSTILE, "waiting", "protocol", "goes on"),
    "other shape": Row(reply(200, {"op_id": 3}), Treatment.HOSTILE, "waiting", "protocol", "goes on"),
    "captive portal": Row(reply(403, b"<html>", "text/html"), Treatment.HOSTILE, "waiting", "protocol", "goes on"),
    "device-suspended": Row(named(403, "device-suspended"), Treatment.REAUTH, "waiting", "device-suspended", "raises"),
    "later 401": Row(named(401, "token-revoked"), Treatment.REAUTH, "waiting", "token-revoked", "raises"),
    "client-too-old": Row(named(426, "client-too-old"), Treatment.UPDATE, "waiting", "client-too-old", "goes on"),
    "attachment-missing": Row(
        reply(409, {"type": "urn:hgd:problem:attachment-missing", "missing": ["0" * 64]}),
        Treatment.WAIT,
        "waiting",
        "attachment-missing",
        "goes on",
    ),
    **{
        name: Row(named(status, name), Treatment.HUMAN, "attention", name, "goes on", PARKED + name)
        for status, name in (
            (403, "scope-revoked"),
            (403, "forbidden"),
            (404, "unknown-dossier"),
            (410, "dossier-gone"),
            (412, "version-conflict"),
            (409, "already-decided"),
            (409, "leased"),
            (422, "validation"),
            (409, "of-a-later-central"),
        )
    },
    **{
        name: Row(named(status, name), Treatment.BUG, "attention", name, "goes on", QUARANTINED + name)
        for status, name in (
            (422, "idempotency-mismatch"),
            (428, "precondition-required"),
            (400, "malformed"),
            (404, "not-found"),
            (405, "method-not-allowed"),
            (406, "not-acceptable"),
            (411, "length-required"),
            (413, "too-large"),
            (415, "not-an-image"),
        )
    },
}


def on_record(central: Central, scope: str) -> Dossier:
    about = builders.dossier(central.fresh(), scope_id=scope)
    central.plant(about)
    central.register_person(about)
    return about


@pytest.mark.parametrize("name", ROWS)
def test_a_decision_is_never_dropped_and_holds_up_no_other(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, name: str, expect_log: Callable[[str], None]
) -> None:
    row = ROWS[name]
    poison, other = on_record(central, scope), on_record(central, scope)
    desk.round()
    decision, behind = desk.record(poison), desk.record(other)
    new = on_record(central, scope)
    proxy.spoil(f"POST .*/dossiers/{poison.id}/decisions", row.fault)
    if row.logs:
        expect_log(row.logs)

    if row.round == "raises":
        with pytest.raises(CentralError) as caught:
            desk.round()
        assert (caught.value.code, treatment(caught.value)) == (row.code, row.what)
    else:
        desk.round()
        assert desk.stored(new) == new
        if row.what is not Treatment.UPDATE:
            assert desk.item(behind.op_id).state == "accepted"

    item = desk.item(decision.op_id)
    assert (item.state, item.error_code, item.decision) == (row.state, row.code, decision)
    with desk.store.read() as tx:
        assert decision.op_id in [open_one.op_id for open_one in tx.outbox.open()]

    desk.clock.forward(LONGEST_SECONDS)
    desk.round()
    assert desk.item(behind.op_id).state == "accepted"
    assert desk.item(decision.op_id).state == ("accepted" if row.state == "waiting" else "attention")
    assert central.decisions(poison) == (1 if row.state == "waiting" else 0)


def test_an_ill_central_is_left_alone_after_three_failures_in_a_row(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    dossiers = [on_record(central, scope) for _ in range(5)]
    desk.round()
    for about in dossiers:
        desk.record(about)
    proxy.spoil(DECISIONS, reply(500, b"x", "text/plain"), times=100)

    desk.round()

    assert proxy.count(DECISIONS) == 3


def test_a_program_that_is_too_old_reads_no_more_and_goes_on_sending(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    dossiers = [on_record(central, scope) for _ in range(2)]
    desk.round()
    proxy.spoil(PAGES, named(426, "client-too-old"))
    decisions = []
    for about in dossiers:
        decisions.append(desk.record(about))
        with pytest.raises(CentralError) as caught:
            desk.round()
        assert (caught.value.code, caught.value.passing) == ("client-too-old", False)
    assert proxy.count(PAGES) == 2
    assert [desk.item(decision.op_id).state for decision in decisions] == ["accepted"] * 2

    desk.clock.forward(3601)
    desk.round()
    assert proxy.count(PAGES) == 3


def test_an_office_is_read_anew_once_an_hour_even_across_restarts_and_then_an_alarm_is_told(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = on_record(central, scope)
    desk.round()
    expect_log("feed of scope .* starts over: cursor-expired")
    proxy.spoil(r"GET .*/changes.*cursor=", named(410, "cursor-expired"))
    desk.round()
    for _ in range(2):
        desk.close()
        desk.open()
        asked = proxy.count(PAGES)
        proxy.spoil(r"GET .*/changes.*cursor=", named(410, "cursor-expired"))
        decision = desk.record(about) if desk.count() and not central.decisions(about) else None
        with pytest.raises(CentralError) as caught:
            desk.round()
        assert (caught.value.code, caught.value.passing) == ("resync-limit", False)
        assert proxy.count(PAGES) == asked + 1
        assert decision is None or desk.item(decision.op_id).state == "accepted"
    assert desk.count() == 1

    desk.clock.forward(3601)
    proxy.spoil(r"GET .*/changes.*cursor=", named(410, "cursor-expired"))
    desk.round()


def test_every_treatment_has_a_row_and_every_code_a_treatment() -> None:
    assert {row.what for row in ROWS.values()} | {Treatment.RESYNC} == set(Treatment)
    assert treatment(CentralError("never-heard-of", status=418)) is Treatment.BUG
    assert treatment(CentralError("never-heard-of")) is Treatment.BUG
    assert set(BY_CODE.values()) == set(Treatment)
    assert 426 in BY_STATUS
