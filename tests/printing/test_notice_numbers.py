"""What may be typed as the number of a notice, what is one number, and what is offered behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.papers import Paper
from officer_console.services.stationery import PaperError
from officer_console.views import messages
from tests.printing.parts import EVERY, Office, judged, office
from tests.printing.test_printing import text

STACK = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, 6))
IDS = tuple(each.id for each in STACK)
CARD = "079099123456"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path, STACK)
    yield made
    made.store.close()


def give(desk: Office, dossier_id: str, number: str) -> str:
    """Type the number of a notice and return the one it has then."""
    desk.printing.assign(desk.printing.make(Paper.ACCEPTED, dossier_id), number)
    return desk.printing.make(Paper.ACCEPTED, dossier_id).document_number


def refused(desk: Office, dossier_id: str, number: str) -> tuple[str, dict[str, str | int]]:
    """Return why a notice does not get the number."""
    with pytest.raises(PaperError) as caught:
        give(desk, dossier_id, number)
    return caught.value.code, dict(caught.value.data)


def offered(desk: Office) -> str:
    return desk.runs.notices(EVERY, Paper.ACCEPTED).next


@pytest.mark.parametrize("typed", [CARD, "999999999", "1000000", "0000012", "1234567a"])
def test_a_number_of_more_than_six_digits_is_of_a_card_or_a_dossier_and_refused(desk: Office, typed: str) -> None:
    assert refused(desk, IDS[0], typed) == ("number-unfit", {"limit": 6})
    assert (offered(desk), desk.journal()) == ("01", [])


def test_the_officer_reads_how_many_digits_a_number_has(desk: Office) -> None:
    told = messages.tell(*refused(desk, IDS[0], CARD)).body
    assert "nhiều nhất 6 chữ số" in told


@pytest.mark.parametrize(("typed", "kept"), [("1", "01"), ("007", "07"), ("999999", "999999"), ("12a", "12a")])
def test_a_number_is_of_up_to_six_digits_and_a_register_may_put_a_letter_behind(
    desk: Office, typed: str, kept: str
) -> None:
    assert give(desk, IDS[0], typed) == kept


@pytest.mark.parametrize("highest", ["1", "9", "99998", "999998", "999999", "33b"])
def test_what_is_offered_is_always_taken(desk: Office, highest: str) -> None:
    give(desk, IDS[0], highest)
    following = offered(desk)
    if following:
        assert desk.printing.numbers.series(Paper.ACCEPTED, IDS[1:2], following) is not None
        assert give(desk, IDS[1], following) == following
    else:
        assert highest == "999999"


def test_a_number_that_was_given_before_such_were_refused_spoils_no_offer(desk: Office) -> None:
    give(desk, IDS[0], "41")
    with desk.store.write() as tx:
        tx.issued.number(IDS[1], Paper.ACCEPTED.value, "op-2", CARD, 2026, STACK[1].scope_id)
    assert offered(desk) == "42"


def test_a_stack_that_would_run_beyond_the_last_number_is_refused_at_once(desk: Office) -> None:
    with pytest.raises(PaperError) as caught:
        desk.printing.numbers.series(Paper.ACCEPTED, IDS, "999998")
    assert (caught.value.code, dict(caught.value.data)) == ("first-number-unfit", {"limit": 6})
    assert desk.printing.numbers.series(Paper.ACCEPTED, IDS[:2], "999998") is not None


def test_a_stack_whose_last_numbers_were_given_meanwhile_stops_at_the_last(desk: Office) -> None:
    series = desk.printing.numbers.series(Paper.ACCEPTED, IDS[:1], "999999")
    assert series is not None
    give(desk, IDS[1], "999999")
    with pytest.raises(PaperError) as caught:
        series.offer(STACK[0].scope_id, 2026)
    assert caught.value.code == "number-unfit"


@pytest.mark.parametrize(
    ("given", "typed"), [("12a", "12A"), ("12A", "012a"), ("12đ", "12Đ"), ("12", "012"), ("12a", "12a/TB-BHXH")]
)
def test_one_number_is_not_another_by_case_noughts_or_what_the_form_prints_behind_it(
    desk: Office, given: str, typed: str
) -> None:
    give(desk, IDS[0], given)
    assert refused(desk, IDS[1], typed)[0] == "number-taken"
    assert desk.journal() == [f"number-given:notice_accepted:{given}"]


def test_a_letter_makes_another_number(desk: Office) -> None:
    assert [give(desk, each, n) for each, n in zip(IDS, ("12", "12a", "12d", "12đ"), strict=False)] == [
        "12",
        "12a",
        "12d",
        "12đ",
    ]


def test_a_number_below_ten_with_a_letter_has_its_nought_and_its_case_can_be_mended(desk: Office) -> None:
    assert give(desk, IDS[0], "7a") == "07a"
    assert give(desk, IDS[0], "7A") == "07A"


@pytest.mark.parametrize("tail", ["/TB-GDĐT", "/TB-GDDT", "/2026", "-TB", "/", "/TB-BHXH/TB-BHXH", " /TB-GDĐT", "a/TB"])
def test_what_the_form_prints_behind_the_number_is_not_typed(desk: Office, tail: str) -> None:
    assert refused(desk, IDS[0], f"12{tail}") == ("number-only", {})
    with pytest.raises(PaperError) as caught:
        desk.printing.numbers.series(Paper.ACCEPTED, IDS, f"12{tail}")
    assert caught.value.code == "number-only"
    assert "Số: ......" in text(desk.printing.make(Paper.ACCEPTED, IDS[0]).pdf)


def test_the_officer_reads_that_only_the_number_is_typed() -> None:
    told = messages.tell("number-only")
    assert (told.title, "Chỉ nhập phần số" in told.action) == ("Số có cả ký hiệu phía sau", True)


@pytest.mark.parametrize("typed", ["12/TB-BHXH", " 12 /tb-bhxh "])
def test_the_form_s_own_tail_is_cut(desk: Office, typed: str) -> None:
    assert give(desk, IDS[0], typed) == "12"
    said = text(desk.printing.make(Paper.ACCEPTED, IDS[0]).pdf)
    assert ("Số: 12/TB-BHXH" in said, "12/TB-BHXH/" in said) == (True, False)
