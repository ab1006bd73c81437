"""Two hundred made-up citizens, the papers each of them gets, and what has to stand on these."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from bench.papers import SCOPE, archive
from officer_console.codes.forms import FormRing
from officer_console.documents import desk_lists, filling
from officer_console.documents.definition import Form
from officer_console.documents.desk_lists import DayLine, Outcome
from officer_console.documents.fields import Data
from officer_console.documents.filling import Letterhead
from officer_console.documents.words import Words
from officer_console.domain.dossier import Dossier, Judgement
from officer_console.domain.form import FormKey, FormKeys, FormKind
from tests.documents import wanted, wanted_papers
from tests.documents.conftest import MADE_AT
from tests.documents.wanted import Wanted

SEED = 20261123
COUNT = 200
TODAY = date(2026, 2, 5)
# Another day than that of issue, in a month that is written otherwise.
EFFECTIVE = date(2026, 3, 1)
AT = datetime.combine(TODAY, time(2, 15), UTC)
# In the order of the numbers in their codes.
NAMES = ("declaration", "tk1_ts", "notice_accepted", "notice_refused", "receipt", "vssid_guide")
LISTS = ("day_sheet", "queue_list")
DESK, CONDITION = "2", "trạng thái chưa giải quyết"
REASON = "Ảnh mờ, không đọc được số"
BRING = ("Giấy tờ tùy thân bản chính;", "Giấy tờ chứng minh nội dung nêu trên.")
HEAD = Letterhead(
    parent_office="Bảo hiểm xã hội Thành phố Hồ Chí Minh",
    office="Bảo hiểm xã hội cơ sở Tân Định",
    place="Thành phố Hồ Chí Minh",
    address="117C Nguyễn Đình Chính, Phường Phú Nhuận, Thành phố Hồ Chí Minh",
    hours="làm việc từ thứ Hai đến thứ Sáu",
    capacity="GIÁM ĐỐC",
    signer="Trần Quốc Vượng",
    officer="Lê Thị Mai Phương",
)


@cache
def dossiers() -> tuple[Dossier, ...]:
    return tuple(archive(COUNT, seed=SEED, today=TODAY))


@cache
def ring() -> FormRing:
    """Return the keys of the citizens' office."""
    keys = FormKeys(office=SCOPE, current=1, keys=(FormKey(generation=1, secret="5b" * 32),))
    return FormRing([keys], [SCOPE])


def code_for(about: Dossier, form: Form, page: int = 1, pages: int = 1) -> str:
    """Return the code of a page of a citizen's form, as the program makes it."""
    code = ring().code(about, FormKind(form.kind), form.version, page, pages)
    assert code is not None
    return code


def issued(about: Dossier) -> date:
    """Return when a paper is issued: to every other citizen before his dossier's last day."""
    return TODAY if int(about.number.split("/")[0]) % 2 else about.declared_on + timedelta(days=1)


def received(about: Dossier) -> Dossier:
    """Return the dossier, received on the day its papers are issued if it was handed in at all."""
    at = datetime.combine(issued(about), time(2, 15), UTC)
    return replace(about, handed_in_at=at) if about.handed_in_at is not None else about


def filled(about: Dossier, name: str, code: str, words: Words) -> Data:
    """Return the data of a citizen's paper as the program fills it."""
    judged = Judgement(
        op_id="o",
        verdict="invalid",
        reason_code="other",
        reason_text=REASON,
        officer_id="1",
        officer_name="An",
        decided_at=MADE_AT,
    )
    on = issued(about)
    match name:
        case "declaration":
            return filling.declaration(about, HEAD, words, code=code)
        case "tk1_ts":
            return filling.tk1_ts(about, HEAD, words, on=on, code=code)
        case "notice_accepted":
            return filling.notice_accepted(about, HEAD, words, issued_on=on, effective_on=EFFECTIVE, code=code)
        case "notice_refused":
            return filling.notice_refused(about, judged, (), HEAD, words, issued_on=on, code=code)
        case "receipt":
            return filling.receipt(received(about), HEAD, words, on=on, code=code)
        case _:
            return filling.vssid_guide(about, HEAD, effective_on=EFFECTIVE, code=code)


def asked(about: Dossier, name: str) -> Wanted:
    """Return what has to stand on it."""
    on = issued(about)
    match name:
        case "declaration":
            return wanted.declaration(about, HEAD)
        case "tk1_ts":
            return wanted.tk1_ts(about, HEAD, on)
        case "notice_accepted":
            return wanted_papers.notice_accepted(about, HEAD, on, EFFECTIVE)
        case "notice_refused":
            return wanted_papers.notice_refused(about, HEAD, on, reason=REASON, bring=BRING)
        case "receipt":
            return wanted_papers.receipt(received(about), HEAD, on)
        case _:
            return wanted_papers.vssid_guide(about, HEAD, EFFECTIVE)


def day_lines(count: int = COUNT) -> list[DayLine]:
    """Return a day's work, one dossier a minute; some are refused, some wait, some are not sent yet."""
    outcomes = (Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ACCEPTED, Outcome.AWAITING)
    return [
        DayLine(
            dossier=about,
            outcome=outcomes[number % len(outcomes)],
            at=AT + timedelta(minutes=number),
            note="Chờ gửi" if number % 7 == 0 else "",
            sent=number % 7 != 0,
        )
        for number, about in enumerate(dossiers()[:count])
    ]


def listed(name: str, count: int, words: Words) -> tuple[Data, Wanted]:
    """Return the data of one of the desk's lists of so many citizens, and what has to stand on it."""
    if name == "day_sheet":
        lines = day_lines(count)
        return (
            {**desk_lists.day_sheet(lines, HEAD, words, day=TODAY, printed_at=AT, desk=DESK)},
            wanted_papers.day_sheet(lines, HEAD, TODAY, AT, DESK),
        )
    some = dossiers()[:count]
    return (
        {**desk_lists.queue_list(some, HEAD, words, printed_at=AT, condition=CONDITION)},
        wanted_papers.queue_list(some, HEAD, AT, CONDITION),
    )


def with_everything(about: Dossier, long: str) -> Dossier:
    """Return a dossier whose declaration says all it can, its street ``long``."""
    guarded = next(one.declaration.guardian for one in dossiers() if one.declaration.guardian)
    said = about.declaration
    return replace(
        about,
        declaration=replace(said, address=replace(said.address, street=long), guardian=guarded),
        stop_reason=long,
    )
