"""Every step between states, and the 10-day clock at its edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.domain.deadline import Condition, answer_by, condition, due_on, expired, today
from officer_console.domain.dossier import DECIDABLE, OPEN, TRANSITIONS, DossierKind, Event, Status, after, number_key
from officer_console.domain.errors import RuleError
from officer_console.domain.papers import Paper, fitting

ALLOWED = {
    Status.PENDING: {
        "take": "processing",
        "accept": "approved",
        "refuse": "rejected",
        "registry_silent": "checking",
        "registry_disagrees": "awaiting_registry",
        "expire": "expired",
    },
    Status.PROCESSING: {
        "take": "processing",
        "release": "pending",
        "accept": "approved",
        "refuse": "rejected",
        "registry_silent": "checking",
        "registry_disagrees": "awaiting_registry",
    },
    Status.CHECKING: {
        "take": "checking",
        "release": "checking",
        "accept": "approved",
        "refuse": "rejected",
        "registry_silent": "checking",
        "registry_disagrees": "awaiting_registry",
    },
    Status.AWAITING_REGISTRY: {
        "take": "awaiting_registry",
        "release": "awaiting_registry",
        "accept": "approved",
        "refuse": "rejected",
        "registry_silent": "checking",
        "registry_disagrees": "awaiting_registry",
    },
    Status.APPROVED: {},
    Status.REJECTED: {},
    Status.EXPIRED: {},
}
DECLARED = date(2026, 3, 5)


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_each_state_answers_each_event_as_agreed(status: Status, event: Event) -> None:
    expected = ALLOWED[status].get(event.value)
    if expected is not None:
        assert after(status, event) == expected
        return
    with pytest.raises(RuleError) as refused:
        after(status, event)
    assert refused.value.code == "transition-forbidden"
    assert refused.value.data == {"status": status.value, "event": event.value}


def test_nothing_leads_out_of_a_final_state_and_every_other_state_has_a_way_to_one() -> None:
    final = set(Status) - OPEN
    assert not [step for step in TRANSITIONS if step[0] in final]
    reached: set[Status] = set(final)
    while grown := {start for (start, _), end in TRANSITIONS.items() if end in reached} - reached:
        reached |= grown
    assert reached == set(Status)


@pytest.mark.parametrize("status", list(Status))
def test_an_officer_decides_exactly_where_a_refusal_is_a_step(status: Status) -> None:
    assert (status in DECIDABLE) == ((status, Event.REFUSE) in TRANSITIONS)


@pytest.mark.parametrize(("days", "gone"), [(0, False), (9, False), (10, False), (11, True), (400, True)])
def test_a_declaration_nobody_handed_in_expires_after_its_tenth_day(*, days: int, gone: bool) -> None:
    on = DECLARED + timedelta(days=days)
    assert expired(due_on(DECLARED, 10), handed_in=False, on=on) is gone
    assert expired(due_on(DECLARED, 10), handed_in=True, on=on) is False


@pytest.mark.parametrize(
    ("days", "expected"),
    [(7, Condition.ON_TIME), (8, Condition.DUE_SOON), (10, Condition.DUE_SOON), (11, Condition.OVERDUE)],
)
def test_condition_turns_at_its_edges(days: int, expected: Condition) -> None:
    on = DECLARED + timedelta(days=days)
    assert condition(Status.PENDING, due_on(DECLARED, 10), on, 2) is expected


@pytest.mark.parametrize("status", sorted(set(Status) - OPEN))
def test_a_closed_dossier_has_no_condition(status: Status) -> None:
    assert condition(status, DECLARED, DECLARED, 2) is None


def test_the_tenth_day_ends_at_midnight_in_vietnam_not_in_greenwich() -> None:
    last_moment = datetime(2026, 3, 15, 16, 59, 59, tzinfo=UTC)
    last_day, next_day = today(last_moment), today(last_moment + timedelta(seconds=1))
    assert (last_day, next_day) == (date(2026, 3, 15), date(2026, 3, 16))
    assert not expired(due_on(DECLARED, 10), handed_in=False, on=last_day)
    assert expired(due_on(DECLARED, 10), handed_in=False, on=next_day)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60), st.integers(-80, 80), st.integers(0, 10))
def test_what_has_expired_was_overdue(declared: date, days: int, later: int, soon: int) -> None:
    on = declared + timedelta(days=later)
    overdue = condition(Status.PENDING, due_on(declared, days), on, soon) is Condition.OVERDUE
    assert expired(due_on(declared, days), handed_in=False, on=on) is overdue


@pytest.mark.parametrize(("number", "key"), [("1000123/07906", "1000123"), ("1000123", "1000123"), (" 12 /a/b", "12")])
def test_the_first_segment_of_a_number_is_what_officers_type(number: str, key: str) -> None:
    assert number_key(number) == key


@pytest.mark.parametrize(
    ("handed_in", "by"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),  # Monday
        (date(2026, 11, 20), date(2026, 11, 25)),  # Friday
        (date(2026, 11, 21), date(2026, 11, 25)),  # Saturday
        (date(2026, 4, 29), date(2026, 5, 6)),  # 30 April is a Thursday
        (date(2026, 8, 28), date(2026, 9, 7)),  # the closed Monday and Tuesday, 2 September
        (date(2027, 12, 31), date(2028, 1, 5)),
    ],
)
def test_the_office_answers_within_three_days_of_work(handed_in: date, by: date) -> None:
    assert answer_by(handed_in, {date(2026, 8, 31), date(2026, 9, 1)}) == by


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_day_of_an_answer_is_never_a_sunday_and_never_sooner_than_three_days(handed_in: date) -> None:
    by = answer_by(handed_in)
    assert by.isoweekday() < 6
    assert timedelta(days=3) <= by - handed_in <= timedelta(days=7)


def test_a_receipt_comes_first_only_for_what_was_handed_in() -> None:
    for status in OPEN - {Status.AWAITING_REGISTRY}:
        assert fitting(DossierKind.REGISTER, status)[0] is Paper.RECEIPT
        assert fitting(DossierKind.REGISTER, status, handed_in=False) == (Paper.DECLARATION, Paper.RECEIPT)
