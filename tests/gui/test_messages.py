"""Every error has its sentence; words, numbers, dates and times read as they should."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_server.problems import STATUS
from officer_console.central.errors import PROTOCOL, SIGN_IN_NEEDED, UNREACHABLE, CentralError
from officer_console.central.wire import PROBLEM, Problem
from officer_console.domain.errors import RuleError, bug_number
from officer_console.domain.message import MessageKind
from officer_console.domain.reference import Reference
from officer_console.domain.registry import RegistryVerdict
from officer_console.store.errors import CODES
from officer_console.views import words
from officer_console.views.messages import field_sentence, known, sentence, tell

SOURCES = Path(__file__).parents[2] / "officer_console"
RAISED = re.compile(
    r'\b(?:RuleError|CentralError|StoreError|KeySlotError|GateError|error|warning|_refuse|_refused)\(\s*"([a-z0-9]+(?:-[a-z0-9]+)+)"'
)
ON_THE_WIRE = sorted({*STATUS, UNREACHABLE, PROTOCOL, SIGN_IN_NEEDED})


def codes_in_the_program() -> list[str]:
    found: set[str] = set(CODES.values())
    for path in SOURCES.rglob("*.py"):
        if path.name == "config.py":
            # Told on the command line before there is a window.
            continue
        found.update(RAISED.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


def test_the_search_for_codes_finds_the_ones_everybody_knows() -> None:
    assert {"dates-reversed", "verdict-missing", "too-large"} <= set(codes_in_the_program())


@pytest.mark.parametrize("code", codes_in_the_program())
def test_every_code_the_program_raises_has_a_sentence(code: str) -> None:
    assert known(code)


@pytest.mark.parametrize("code", ON_THE_WIRE)
def test_every_problem_of_central_says_what_happened_and_what_to_do(code: str) -> None:
    told = tell(code)
    assert known(code)
    assert told.title
    assert told.action
    assert told.reference == ""


def test_a_lock_out_sends_the_officer_to_nobody_who_could_not_end_it() -> None:
    assert tell("locked-out").action == "Chờ hết thời gian khóa rồi đăng nhập lại."


def test_a_conflict_names_who_when_and_what_in_vietnamese_time() -> None:
    problem = Problem(
        type=PROBLEM + "version-conflict",
        by="Trần Văn Hùng",
        at=datetime(2026, 11, 22, 20, 5, tzinfo=UTC),
        status_now="approved",
    )
    reference = Reference(labels={"status": {"approved": "Đã duyệt"}})
    told = sentence(CentralError("version-conflict", problem=problem), reference)
    assert "Trần Văn Hùng" in told.body
    assert "23/11/2026 03:05" in told.body
    assert "Đã duyệt" in told.body


def test_a_validation_problem_speaks_with_the_words_of_its_rule() -> None:
    problem = Problem(type=PROBLEM + "validation", code="social-code-length")
    assert sentence(CentralError("validation", problem=problem)).title == tell("social-code-length").title


def test_the_request_number_of_central_is_quoted() -> None:
    problem = Problem(type=PROBLEM + "unavailable", request_id="r-17")
    assert sentence(CentralError("unavailable", problem=problem)).reference == "r-17"


def test_no_number_is_quoted_where_the_officer_can_help_himself() -> None:
    problem = Problem(type=PROBLEM + "invalid-credentials", request_id="r-17")
    assert sentence(CentralError("invalid-credentials", problem=problem)).reference == ""


def test_a_missing_value_reads_as_a_dash_instead_of_failing() -> None:
    assert "{" not in tell("leased").title
    assert words.NOTHING in tell("leased").title


def test_values_with_braces_are_shown_as_they_are() -> None:
    assert "{x}" in tell("leased", {"by": "{x}"}).title


def test_an_unexpected_error_gets_a_number_and_none_of_its_text() -> None:
    told = sentence(ValueError("Đặng Thị Ước 0123456789"))
    assert re.fullmatch(r"[0-9A-F]{8}", told.reference)
    assert "Ước" not in told.title + told.body


def test_the_same_place_in_the_program_gives_the_same_number() -> None:
    def fail(text: str) -> ValueError:
        try:
            raise ValueError(text)  # noqa: TRY301 - the place is what is tested
        except ValueError as error:
            return error

    assert bug_number(fail("a")) == bug_number(fail("b"))


def test_an_unknown_code_is_quoted_so_that_support_can_find_it() -> None:
    assert tell("never-heard-of").reference == "never-heard-of"


def test_a_code_with_nine_digits_says_how_many_it_has() -> None:
    assert field_sentence(RuleError("social-code-length", length=9)) == "Mã số BHXH có 10 hoặc 12 chữ số; đang có 9."


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 giây"),
        (12, "12 giây"),
        (252, "4 phút 12 giây"),
        (3600, "1 giờ"),
        (5400, "1 giờ 30 phút"),
        (200000, "2 ngày"),
    ],
)
def test_a_span_reads_in_its_largest_units(seconds: int, text: str) -> None:
    assert words.span_text(seconds) == text


def test_counts_stop_at_their_bound() -> None:
    assert words.count_text(1000, more=True) == "1.000+ hồ sơ"
    assert words.count_text(214, more=False) == "214 hồ sơ"


def test_a_deadline_reads_from_today() -> None:
    today = date(2026, 11, 22)
    texts = [words.due_text(date(2026, 11, day), today) for day in (20, 22, 24)]
    assert texts == ["quá hạn 2 ngày", "hạn hôm nay", "còn 2 ngày"]


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4))
def test_no_code_and_no_data_can_break_a_sentence(code: str, data: dict[str, str]) -> None:
    assert tell(code, data).title


@pytest.mark.parametrize("code", ["phone-taken", "account-missing", "account-exists", "dseq-used"])
def test_what_central_finds_against_a_decision_has_words_of_its_own(code: str) -> None:
    told = tell("validation", {"code": code})
    assert told.title != tell("validation").title
    assert told.meaning
    assert told.action


@pytest.mark.parametrize(
    "what",
    [
        "declared",
        "handed_in",
        "photo_replaced",
        "decided_valid",
        "decided_invalid",
        "lease_broken",
        "lease_lapsed",
        "moved",
        "phone_taken",
        "account_missing",
        "account_exists",
        "expired",
        *(f"registry_{verdict.value}" for verdict in RegistryVerdict),
        *(kind.value for kind in MessageKind),
    ],
)
def test_every_line_of_a_history_has_words(what: str) -> None:
    assert words.label(Reference(), "history", what) != what


def test_labels_read_in_vietnamese_before_central_has_sent_its_own() -> None:
    assert words.label(Reference(), "role", "supervisor") == "Lãnh đạo kiểm soát"
    changed = Reference(labels={"status": {"pending": "Chờ tiếp nhận"}})
    assert words.label(changed, "status", "pending") == "Chờ tiếp nhận"
    assert words.label(changed, "status", "approved") == "Đã duyệt"
    assert words.label(changed, "status", "") == words.NOTHING


def test_the_note_of_a_replaced_picture_names_the_picture() -> None:
    assert words.note_text(Reference(), "photo_replaced", "portrait") == "Ảnh chân dung"
    assert words.note_text(Reference(), "decided_valid", "đã đối chiếu") == "đã đối chiếu"
    assert words.note_text(Reference(), "declared", None) == ""
