"""What central tells of a signed notice is compared with what the file says under its signature, every time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from officer_console.domain.dossier import Dossier
from officer_console.domain.notice import MEDIA_TYPE, Notice
from officer_console.domain.papers import Paper
from officer_console.services.stationery import PaperError
from officer_console.views.notice_refusals import said
from officer_console.views.signing_words import FALSE, FALSE_UNSIGNED, state
from tests.archive.conftest import Counters
from tests.archive.counter import Counter, at_central, decision_of, file_at_central
from tests.central.process import Central

pytestmark = [pytest.mark.xdist_group(__name__), pytest.mark.timeout(240)]


def told(desk: Counter, about: Dossier, notice: Notice) -> None:
    """Let a desk's store say that central has this notice of a dossier."""
    with desk.desk.store.write() as tx:
        here = tx.dossiers.get(about.id)
        assert here is not None
        tx.dossiers.put([(10**6 + here.version, replace(here, notices=(notice,), version=here.version + 1))])


def archived(central: Central, counter: Counter, about: Dossier, number: str = "7") -> Notice:
    """Return the notice of a dossier, signed by an officer and brought to central."""
    counter.sign(about, number)
    counter.desk.round()
    (notice,) = at_central(central, about).notices
    return notice


def expect_false(desk: Counter, about: Dossier) -> None:
    """What central has is neither shown nor printed, and the notice may be signed."""
    made = desk.make(about)
    assert (made.signed, made.damaged, made.signable) == (None, True, True)
    assert made.false is not None
    with pytest.raises(PaperError, match="notice-damaged"):
        desk.printed(about)
    assert desk.printers.sent == []


@pytest.mark.parametrize("opened", [False, True], ids=["not here yet", "sealed here"])
def test_one_citizens_notice_is_never_another_ones(
    central: Central, counter: Counter, counters: Counters, *, opened: bool
) -> None:
    about, other = counter.judged(central), counter.judged(central)
    colleague = counters(counter.scope)
    colleague.desk.round()
    notice = archived(central, counter, about)
    colleague.desk.round()
    if opened:
        assert colleague.make(about).signed is not None
    told(colleague, other, replace(notice, decision=decision_of(other)))
    expect_false(colleague, other)


def offered(desk: Counter, about: Dossier) -> str:
    return desk.printing.numbers.standing(Paper.REFUSED, [about.id], required=False).next


def test_a_number_that_a_colleague_gave_is_taken_here_as_well(
    central: Central, counter: Counter, counters: Counters
) -> None:
    about, other = counter.judged(central), counter.judged(central)
    colleague = counters(counter.scope)
    colleague.desk.round()
    assert offered(colleague, other) == "01"
    counter.sign(about, "1")
    counter.desk.round()
    colleague.desk.round()
    assert offered(colleague, other) == "02"
    with pytest.raises(PaperError, match="number-taken"):
        colleague.printing.assign(colleague.make(other), "1")
    assert colleague.make(about).document_number == "01"


def test_of_two_notices_with_one_number_the_second_is_told_and_stays_where_it_was_signed(
    central: Central, counter: Counter, counters: Counters, expect_log: Callable[[str], None]
) -> None:
    expect_log("signed notice refused code=number-taken")
    about, other = counter.judged(central), counter.judged(central)
    colleague = counters(counter.scope)
    colleague.desk.round()
    counter.sign(about, "1")
    second = colleague.sign(other, "1")
    counter.desk.round()
    colleague.desk.round()
    (refusal,) = colleague.refusals.open()
    assert (refusal.dossier_id, refusal.code, refusal.document_number) == (other.id, "number-taken", "01")
    assert said(refusal, 0)[0].startswith("Số 01 của thông báo bạn ký")
    assert at_central(central, other).notices == ()
    assert colleague.printed(other) == second
    # The number is both's here, and what comes next is behind it.
    assert offered(counter, counter.judged(central)) == "02"


WRONG = {
    "another name": {"signer": "Giám đốc Trần Văn Giả"},
    "another certificate": {"certificate": "abc"},
    "other pages": {"pages": 9},
    "another number": {"number": "8"},
    "another year": {"year": 2031},
    "a time to come": {"signed_at": datetime(2199, 1, 1, tzinfo=UTC)},
    "an earlier time": {"earlier": timedelta(hours=20)},
    "seconds earlier": {"earlier": timedelta(seconds=3)},
}


@pytest.mark.parametrize("opened", [False, True], ids=["not here yet", "sealed here"])
@pytest.mark.parametrize("what", WRONG)
def test_what_is_told_of_a_notice_has_to_be_what_its_file_says(
    central: Central, counter: Counter, counters: Counters, what: str, *, opened: bool
) -> None:
    about = counter.judged(central)
    notice = archived(central, counter, about)
    colleague = counters(counter.scope)
    colleague.desk.round()
    if opened:
        assert colleague.make(about).signed is not None
    fields = dict(WRONG[what])
    if "earlier" in fields:
        earlier = fields.pop("earlier")
        assert isinstance(earlier, timedelta)
        fields["signed_at"] = notice.signed_at - earlier
    told(colleague, about, replace(notice, **fields))  # type: ignore[arg-type]  # fields of Notice by name
    expect_false(colleague, about)


def put(evil: Counter, about: Dossier, data: bytes = b"%PDF-1.7\nnothing", **fields: object) -> Notice:
    """Bring a file to central as the notice of a dossier, from another desk of the office."""
    sha256 = hashlib.sha256(data).hexdigest()
    evil.desk.client.put_blob(evil.scope, sha256, MEDIA_TYPE, data)
    given: dict[str, object] = {
        "sha256": sha256,
        "size": len(data),
        "pages": 1,
        "form_kind": 4,
        "decision": decision_of(about),
        "signer": "A",
        "certificate": "1",
        "signed_at": evil.desk.clock(),
    }
    notice = Notice(**given | fields)  # type: ignore[arg-type]  # fields of Notice by name
    evil.desk.client.put_signed_notice(evil.scope, about.id, notice)
    return notice


def filers(central: Central, about: Dossier) -> list[str | None]:
    return [entry.who for entry in at_central(central, about).history if entry.what == "notice_filed"]


def test_a_false_file_that_was_first_gives_way_to_the_desks_own(
    central: Central, counter: Counter, counters: Counters, expect_log: Callable[[str], None]
) -> None:
    expect_log("signed notice refused code=other-notice")
    evil = counters(counter.scope)
    about = counter.judged(central)
    signed = counter.sign(about, "3")
    false = put(evil, about)
    counter.desk.round()
    made = counter.make(about)
    assert (made.pdf, made.archived, made.damaged) == (signed, False, False)
    assert made.false is not None
    assert (made.false.sha256, made.false.brought_by) == (false.sha256, evil.desk.officer.full_name)
    assert state(made)[0].endswith(FALSE.format(by=evil.desk.officer.full_name))
    assert counter.printed(about) == signed
    assert counter.unfiled() == 1
    for _ in range(2):
        counter.desk.round()
    assert (file_at_central(central, about), counter.refused(), counter.unfiled()) == (signed, [], 0)
    assert at_central(central, about).notices[0].replaces == false.sha256
    assert filers(central, about) == [evil.desk.officer.full_name, counter.desk.officer.full_name]
    made = counter.make(about)
    assert (made.pdf, made.archived, made.false) == (signed, True, None)
    colleague = counters(counter.scope)
    colleague.desk.round()
    assert colleague.printed(about) == signed


def test_a_notice_of_which_central_has_a_false_file_can_be_signed_anew(
    central: Central, counter: Counter, counters: Counters
) -> None:
    evil, about = counters(counter.scope), counter.judged(central)
    false = put(evil, about)
    counter.desk.round()
    expect_false(counter, about)
    counter.printing.assign(counter.make(about), "4")
    made = counter.make(about)
    assert state(made)[0] == FALSE_UNSIGNED.format(by=evil.desk.officer.full_name)
    counter.printing.confirm(made)
    signed = counter.sign(about, "4")
    for _ in range(2):
        counter.desk.round()
    assert (file_at_central(central, about), counter.unfiled()) == (signed, 0)
    assert at_central(central, about).notices[0].replaces == false.sha256
    with pytest.raises(PaperError, match="notice-signed"):
        counter.printing.confirm(made)
