"""Dossiers and decisions become the data of papers: all that is known, nothing that is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from officer_console.documents import desk_lists, filling, words
from officer_console.documents.definition import Form
from officer_console.documents.desk_lists import DayLine, Outcome
from officer_console.documents.errors import DefinitionError
from officer_console.documents.fields import Data
from officer_console.documents.filling import Letterhead
from officer_console.documents.render import Press
from officer_console.documents.words import Words
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.dossier import Dossier, DossierKind, Judgement
from officer_console.domain.person import Address, Sex, Vintage
from officer_console.domain.reference import Reason
from tests.documents import poppler
from tests.documents.conftest import FORMS, MADE_AT
from tests.domain.samples import DECLARATION, DOSSIER, MINOR, PICTURES, picture

HEAD = Letterhead(
    parent_office="Bảo hiểm xã hội Thành phố Hà Nội",
    office="Bảo hiểm xã hội cơ sở Ba Đình",
    place="Hà Nội",
    address="Số 2 phố Mẫu",
    capacity="GIÁM ĐỐC",
    signer="Trần Quốc Vượng",
    officer="Lê Thị Mai Phương",
)
DECREE = "  notice: Nghị định số 164/2025/NĐ-CP ngày 29 tháng 6 năm 2025 của Chính phủ"
ON = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 2, 5, tzinfo=UTC)
REASONS = (Reason(code="form-unsigned", label="Tờ khai chưa ký"), Reason(code="other", label="Khác", needs_text=True))


def refused(code: str | None, text: str | None = None) -> Judgement:
    return Judgement(
        op_id="o",
        verdict="invalid",
        reason_code=code,
        reason_text=text,
        note="Ghi chú nội bộ của cán bộ",
        officer_id="1",
        officer_name="Lê Thị Mai Phương",
        decided_at=AT,
    )


def everything(own: Words) -> dict[str, Data]:
    """Return the data of each document of one dossier."""
    return {
        "declaration": filling.declaration(DOSSIER, HEAD, own),
        "tk1_ts": filling.tk1_ts(DOSSIER, HEAD, own, on=ON),
        "notice_accepted": filling.notice_accepted(DOSSIER, HEAD, own, issued_on=ON),
        "notice_refused": filling.notice_refused(DOSSIER, refused("form-unsigned"), REASONS, HEAD, own, issued_on=ON),
        "receipt": filling.receipt(replace(DOSSIER, handed_in_at=AT), HEAD, own, on=ON),
        "vssid_guide": filling.vssid_guide(DOSSIER, HEAD, effective_on=ON),
        "day_sheet": desk_lists.day_sheet(
            [DayLine(dossier=DOSSIER, outcome=Outcome.ACCEPTED, at=AT)], HEAD, own, day=ON, printed_at=AT
        ),
        "queue_list": desk_lists.queue_list([DOSSIER], HEAD, own, printed_at=AT),
    }


def test_every_form_takes_what_is_filled_in_for_it_and_no_other_field(
    forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    filled = everything(vocabulary)
    assert filled.keys() == forms.keys()
    for name, data in filled.items():
        assert press.paper(forms[name], data, made_at=MADE_AT).pages >= 1


def test_one_line_of_a_deployment_s_words_changes_the_decree_in_both_notices(
    tmp_path: Path, forms: Mapping[str, Form], press: Press
) -> None:
    text = (FORMS / "words.yaml").read_text(encoding="utf-8")
    lines = [DECREE if line.startswith("  notice:") else line for line in text.splitlines()]
    assert sum(line == DECREE for line in lines) == 1
    (tmp_path / "words.yaml").write_text("\n".join(lines), encoding="utf-8")
    own = words.load(FORMS, tmp_path)
    for name in ("notice_accepted", "notice_refused"):
        paper = press.paper(forms[name], everything(own)[name], made_at=MADE_AT)
        said = " ".join(poppler.text(paper.pdf).split())
        assert f"Căn cứ {DECREE.partition(': ')[2]};" in said
        assert "166/2016" not in said
        assert "166/2016" not in (FORMS / name / "form.yaml").read_text(encoding="utf-8")


def test_words_without_a_decree_are_a_fault(tmp_path: Path) -> None:
    text = (FORMS / "words.yaml").read_text(encoding="utf-8").replace("  notice: ", "  notices: ")
    (tmp_path / "words.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="form-name-missing name=notice"):
        words.load(FORMS, tmp_path)


def test_a_change_shows_old_beside_new_in_words(vocabulary: Words) -> None:
    before = replace(DECLARATION, phone="0987654321", sex=Sex.FEMALE, email=None)
    about = replace(DOSSIER, kind=DossierKind.CHANGE, previous=before)
    data = filling.declaration(about, HEAD, vocabulary)
    assert data["purpose"] == "change"
    assert data["changes"] == (
        {"what": "Giới tính", "old": "Nữ", "new": "Nam"},
        {"what": "Số điện thoại di động", "old": "0987654321", "new": "0912345678"},
        {"what": "Email", "old": "", "new": "an@example.vn"},
    )


def test_a_minor_s_guardian_stands_on_the_declaration(
    forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    child = replace(DOSSIER, declaration=replace(DECLARATION, **MINOR))
    data = filling.declaration(child, HEAD, vocabulary)
    read = poppler.words(press.paper(forms["declaration"], data, made_at=MADE_AT).pdf)
    assert "Nguyễn Văn Bình" in read
    assert "CHA, MẸ HOẶC NGƯỜI GIÁM HỘ" in read
    own = poppler.words(
        press.paper(forms["declaration"], filling.declaration(DOSSIER, HEAD, vocabulary), made_at=MADE_AT).pdf
    )
    assert "GIÁM HỘ" not in own


def test_an_old_address_keeps_its_district_and_a_new_one_has_none(vocabulary: Words) -> None:
    old = Address(
        vintage=Vintage.BEFORE_2025_07,
        province_code="01",
        province="Thành phố Hà Nội",
        district="Quận Ba Đình",
        commune="Phường Cống Vị",
        street="Số 3",
    )
    before = filling.tk1_ts(replace(DOSSIER, declaration=replace(DECLARATION, address=old)), HEAD, vocabulary, on=ON)
    now = filling.tk1_ts(DOSSIER, HEAD, vocabulary, on=ON)
    assert (before["district"], now["district"]) == ("Quận Ba Đình", "")


def test_what_nobody_has_declared_stays_empty_for_the_citizen_to_write(vocabulary: Words) -> None:
    data = filling.tk1_ts(DOSSIER, HEAD, vocabulary, on=ON)
    assert {"ethnicity", "nationality", "birth_province", "social_code"}.isdisjoint(data)


@pytest.mark.parametrize(
    ("code", "text", "reason", "explanation"),
    [
        ("form-unsigned", None, "Tờ khai chưa ký", ""),
        ("form-unsigned", "Thiếu chữ ký ở trang 2", "Tờ khai chưa ký", "Thiếu chữ ký ở trang 2."),
        ("other", "Ảnh mờ.", "Ảnh mờ", ""),
        (None, "Ảnh mờ", "Ảnh mờ", ""),
        ("no-longer-listed", None, "", ""),
        ("no-longer-listed", "Ảnh mờ", "Ảnh mờ", ""),
    ],
)
def test_a_refusal_says_why(
    code: str | None, text: str | None, reason: str, explanation: str, vocabulary: Words
) -> None:
    data = filling.notice_refused(DOSSIER, refused(code, text), REASONS, HEAD, vocabulary, issued_on=ON)
    assert (data["reason"], data["explanation"]) == (reason, explanation)
    assert data["bring"]
    assert "Ghi chú nội bộ" not in str(data)


def test_a_decision_that_central_has_not_answered_gives_the_same_refusal(vocabulary: Words) -> None:
    decision = Decision(
        op_id="o",
        dossier_id=DOSSIER.id,
        scope_id=DOSSIER.scope_id,
        base_version=1,
        verdict=Verdict.INVALID,
        reason_code="form-unsigned",
        decided_at=AT,
    )
    given = [
        filling.notice_refused(DOSSIER, told, REASONS, HEAD, vocabulary, issued_on=ON)
        for told in (decision, refused("form-unsigned"))
    ]
    assert given[0] == given[1]


def test_a_deadline_that_has_passed_is_not_set(vocabulary: Words) -> None:
    late = filling.notice_refused(DOSSIER, refused("other", "x"), REASONS, HEAD, vocabulary, issued_on=date(2026, 4, 1))
    assert late["bring_until"] == ""


def test_a_receipt_lists_what_was_handed_in_and_when_in_vietnam(vocabulary: Words) -> None:
    at = datetime(2026, 3, 9, 18, 5, tzinfo=UTC)
    about = replace(DOSSIER, attachments=(*PICTURES, picture(AttachmentKind.SIGNED_FORM)), handed_in_at=at)
    data = filling.receipt(about, HEAD, vocabulary, on=date(2026, 3, 12))
    assert data["received_at"] == "01 giờ 05 phút, ngày 10/03/2026"
    assert data["issued_on"] == "2026-03-10"
    received = data["received"]
    assert not isinstance(received, str)
    assert received[-1] == {"what": "Tờ khai (Mẫu số 01) đã ký", "how": "bản giấy", "count": "01"}


def test_a_receipt_asks_for_what_is_wanting_and_promises_the_offices_own_time(vocabulary: Words) -> None:
    bare = replace(DOSSIER, attachments=PICTURES[:1], handed_in_at=AT)
    data = filling.receipt(bare, HEAD, vocabulary, on=ON)
    assert data["missing"] == ("Giấy tờ tùy thân – mặt trước;", "Giấy tờ tùy thân – mặt sau.")
    assert data["answer_by"] == "2026-03-13"
    received = data["received"]
    assert not isinstance(received, str)
    # who was at the counter left the signed form there, whether it has been captured or not
    assert [row["what"] for row in received if not isinstance(row, str)] == [
        "Tờ khai (Mẫu số 01) đã ký",
        "Ảnh chân dung",
    ]
    whole = replace(bare, identity_verified=True, handed_in_at=datetime(2026, 3, 20, tzinfo=UTC))
    late = filling.receipt(whole, HEAD, vocabulary, on=ON)
    assert (late["missing"], late["answer_by"]) == ((), "2026-03-25")


def test_a_receipt_for_what_nobody_has_handed_in_has_neither_time_nor_promise(
    forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    data = filling.receipt(DOSSIER, HEAD, vocabulary, on=ON)
    assert (data["issued_on"], data["received_at"], data["answer_by"]) == (ON.isoformat(), "", "")
    read = poppler.words(press.paper(forms["receipt"], data, made_at=MADE_AT).pdf)
    assert "Thời gian nhận hồ sơ: ....." in read
    assert "Thời gian trả kết quả: ....." in read


def test_a_deployment_and_central_name_the_days_on_which_offices_are_closed(tmp_path: Path, vocabulary: Words) -> None:
    text = (FORMS / "words.yaml").read_text(encoding="utf-8").partition("holiday:")[0]
    handed_in = replace(DOSSIER, handed_in_at=AT)
    for said, expected in (
        ("", "2026-03-13"),
        ("holiday: {2026-03-12: Nghỉ}", "2026-03-16"),
        ("holiday: {2026-03-12: Nghỉ, 2026-03-16: Nghỉ}", "2026-03-17"),
    ):
        (tmp_path / words.FILE).write_text(text + said, encoding="utf-8")
        data = filling.receipt(handed_in, HEAD, words.load(FORMS, tmp_path), on=ON)
        assert data["answer_by"] == expected
    labels = {"holiday": {"2026-03-11": "Nghỉ", "no day": "Nghỉ"}}
    assert filling.receipt(handed_in, HEAD, vocabulary.labelled(labels), on=ON)["answer_by"] == "2026-03-16"
    (tmp_path / words.FILE).write_text(text + "holiday: {12/03/2026: Nghỉ}", encoding="utf-8")
    with pytest.raises(DefinitionError, match="form-date-expected"):
        words.load(FORMS, tmp_path)


def test_a_refusal_says_what_to_bring_where_and_by_when(
    forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for code, brought in (
        ("identity-unreadable", ("Giấy tờ tùy thân bản chính;", "01 ảnh chân dung chụp trong vòng 06 tháng.")),
        ("form-unsigned", ("Tờ khai (Mẫu số 01) đã ký, ghi rõ họ tên.",)),
        ("a-code-of-tomorrow", ("Giấy tờ tùy thân bản chính;", "Giấy tờ chứng minh nội dung nêu trên.")),
    ):
        data = filling.notice_refused(DOSSIER, refused(code, "x"), REASONS, HEAD, vocabulary, issued_on=ON)
        assert data["bring"] == brought
        read = poppler.words(press.paper(forms["notice_refused"], data, made_at=MADE_AT).pdf)
        order = [
            read.index(words) for words in ("1. Lý do:", "2. Đề nghị", "3. Nơi nộp:", "Số 2 phố Mẫu", "4. Thời hạn:")
        ]
        assert order == sorted(order)
        assert "đến hết ngày 15 tháng 3 năm 2026" in read
    late = filling.notice_refused(DOSSIER, refused("other"), REASONS, HEAD, vocabulary, issued_on=date(2026, 4, 1))
    assert "lập tờ khai mới" in poppler.words(press.paper(forms["notice_refused"], late, made_at=MADE_AT).pdf)


def test_no_password_is_on_the_guide(forms: Mapping[str, Form], press: Press) -> None:
    data = filling.vssid_guide(DOSSIER, HEAD, effective_on=ON)
    assert not any("password" in field or "mat_khau" in field for field in forms["vssid_guide"].fields)
    read = poppler.words(press.paper(forms["vssid_guide"], data, made_at=MADE_AT).pdf)
    assert "Giấy này không ghi mật khẩu" in read


def test_a_day_sheet_counts_by_kind_and_outcome_and_orders_by_time(vocabulary: Words) -> None:
    def line(number: int, kind: DossierKind, outcome: Outcome, minute: int, *, sent: bool = True) -> DayLine:
        about: Dossier = replace(DOSSIER, number=f"{number}/00101", kind=kind)
        return DayLine(dossier=about, outcome=outcome, at=AT.replace(minute=minute), sent=sent)

    lines = [
        line(3, DossierKind.STOP, Outcome.ACCEPTED, 30, sent=False),
        line(1, DossierKind.REGISTER, Outcome.ACCEPTED, 10),
        line(2, DossierKind.REGISTER, Outcome.REFUSED, 20),
        line(4, DossierKind.REGISTER, Outcome.AWAITING, 40),
    ]
    data = desk_lists.day_sheet(lines, HEAD, vocabulary, day=ON, printed_at=AT)
    entries, totals = data["entries"], data["totals"]
    assert not isinstance(entries, str)
    assert not isinstance(totals, str)
    assert [row["file_number"] for row in entries if not isinstance(row, str)] == [f"{n}/00101" for n in (1, 2, 3, 4)]
    assert totals[0] == {"purpose": "Đăng ký", "accepted": "1", "refused": "1", "awaiting": "1", "sum": "3"}
    assert totals[-1] == {"purpose": "Cộng", "accepted": "2", "refused": "1", "awaiting": "1", "sum": "4"}
    assert (data["count"], data["unsent"]) == ("4", "1")


@pytest.mark.parametrize(
    ("phone", "email", "notice", "receipt"),
    [
        (
            "0912345678",
            "an@example.vn",
            "gửi riêng đến số điện thoại di động và địa chỉ email đã đăng ký;",
            "tin nhắn, email đã đăng ký; bản giấy tại",
        ),
        (
            "0912345678",
            None,
            "gửi riêng đến số điện thoại di động đã đăng ký;",
            "tin nhắn đến số điện thoại đã đăng ký; bản giấy tại",
        ),
        ("", "an@example.vn", "gửi riêng đến địa chỉ email đã đăng ký;", "email đã đăng ký; bản giấy tại"),
        ("", None, "gửi riêng cho Ông (Bà);", "bản giấy tại"),
    ],
)
def test_no_paper_speaks_of_a_telephone_or_an_email_that_nobody_has(
    phone: str,
    email: str | None,
    notice: str,
    receipt: str,
    forms: Mapping[str, Form],
    press: Press,
    vocabulary: Words,
) -> None:
    about = replace(DOSSIER, declaration=replace(DECLARATION, phone=phone, email=email), handed_in_at=AT)
    accepted = filling.notice_accepted(about, HEAD, vocabulary, issued_on=ON)
    received = filling.receipt(about, HEAD, vocabulary, on=ON)
    for name, data, said in (("notice_accepted", accepted, notice), ("receipt", received, f"kết quả: {receipt}")):
        read = poppler.words(press.paper(forms[name], data, made_at=MADE_AT).pdf)
        assert said in read
        assert email is not None or "email" not in read.lower()


def test_a_notice_of_an_office_without_an_address_has_no_dots_in_its_last_sentence(
    forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    data = filling.notice_accepted(DOSSIER, replace(HEAD, address=""), vocabulary, issued_on=ON)
    read = poppler.words(press.paper(forms["notice_accepted"], data, made_at=MADE_AT).pdf)
    assert f"xin liên hệ {HEAD.office}, hoặc Tổng đài" in read
