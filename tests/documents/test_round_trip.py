"""From a dossier to paper and back: what is read is, word for word, what the citizen's data say has to stand there.

Each of 200 made-up citizens gets each document. What is wanted is written by hand (``wanted``), and forms that are
spoiled on purpose show that the comparison sees it. Copies and their codes: ``test_copies``.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from officer_console.documents import definition
from officer_console.documents.definition import Form
from officer_console.documents.render import Press
from officer_console.documents.words import Words
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKind
from tests.documents import poppler
from tests.documents.citizens import COUNT, LISTS, NAMES, asked, code_for, dossiers, filled, issued, listed
from tests.documents.compared import differences
from tests.documents.conftest import FORMS, MADE_AT

# What is run together is a part of the citizens, so that several processes have something to do.
PARTS = 2
# A form and two pieces of it that are exchanged to spoil it; what it does not hold takes the other's place.
SPOILED = (
    ("declaration", "{text: Nam, ticked", "{text: Nữ, ticked"),
    ("declaration", "{field: sex, equals: male}", "{field: sex, equals: female}"),
    ("declaration", '"{phone}"', '"{email}"'),
    ("declaration", "field: old", "field: new"),
    ("declaration", "title: Thông tin mới", "title: Thông tin cũ"),
    ("declaration", "[NGƯỜI KHAI]", "[NGƯỜI KHÁC]"),
    ("declaration", 'name: "{guardian}"', 'name: "{full_name}"'),
    ("declaration", "{field: paper, equals: citizen_card}", "{field: paper, equals: passport}"),
    ("declaration", "{field: purpose, equals: register}}", "{field: purpose, equals: stop}}"),
    ("declaration", '"{guardian_relation}"', '"{guardian_phone}"'),
    ("declaration", "ngày {day} tháng {month} năm {year}", "ngày {month} tháng {day} năm {year}"),
    ("tk1_ts", '"{sex}"', '"{birth_date}"'),
    ("tk1_ts", '[11.2]. Xã (phường, thị trấn):", value: "{commune}"', '[11.2]. Xã:", value: "{commune}"'),
    ("tk1_ts", "[NGƯỜI KÊ KHAI]", "[NGƯỜI KHAI THAY]"),
    ("tk1_ts", "field: full_name", "field: note"),
    ("notice_accepted", 'text: "chấp nhận"', 'text: "không chấp nhận"'),
    ("notice_accepted", "{effective_on}", "{issued_on}"),
    ("notice_accepted", "{declared_on}", "{issued_on}"),
    ("notice_accepted", "Về việc chấp nhận", "Về việc không chấp nhận"),
    ("notice_accepted", '"{capacity}"', '"{signer}"'),
    ("notice_refused", "Về việc không chấp nhận", "Về việc chấp nhận"),
    ("notice_refused", "chưa có căn cứ", "có căn cứ"),
    ("notice_refused", "{bring_until}", "{issued_on}"),
    ("notice_refused", "đã hết thời hạn", "chưa hết thời hạn"),
    ("notice_refused", '"{reason}."', '"{reason}!"'),
    ("receipt", "{answer_by}", "{issued_on}"),
    ("receipt", "[NGƯỜI NỘP HỒ SƠ]", "[NGƯỜI TIẾP NHẬN HỒ SƠ]"),
    ("receipt", "field: how", "field: count"),
    ("receipt", "1. Thành phần hồ sơ đã nhận:", "1. Thành phần hồ sơ còn thiếu:"),
    ("vssid_guide", 'Tên đăng nhập (mã số BHXH):", value: "{account}"', 'Tên đăng nhập:", value: "{account}"'),
    ("vssid_guide", '"{phone}"', '"{account}"'),
    ("vssid_guide", "Giấy này không ghi mật khẩu", "Giấy này ghi mật khẩu"),
    ("day_sheet", "field: refused", "field: awaiting"),
    ("day_sheet", "field: social_code", "field: full_name"),
    ("day_sheet", "[CÁN BỘ LẬP PHIẾU]", "[THỦ TRƯỞNG]"),
    ("queue_list", "field: due_on", "field: declared_on"),
    ("queue_list", "title: Ngày khai", "title: Ngày sinh"),
)
# Everything that some line of a form says is on the paper of one of them.
SEVERAL = 12


def differing(name: str, about: Dossier, form: Form, press: Press, words: Words) -> list[str]:
    """Return what is wrong on a citizen's paper."""
    data = filled(about, name, code_for(about, form), words)
    return differences(press.paper(form, data, made_at=MADE_AT).pdf, asked(about, name))


def differing_list(name: str, count: int, form: Form, press: Press, words: Words) -> list[str]:
    """Return what is wrong on a list of so many citizens."""
    data, asked_for = listed(name, count, words)
    return differences(press.paper(form, data, made_at=MADE_AT).pdf, asked_for)


def some() -> list[Dossier]:
    """Return citizens of every kind, guardians among them."""
    guarded = [about for about in dossiers() if about.declaration.guardian]
    stopping = [about for about in dossiers() if about.kind == "stop"]
    return [*dossiers()[:SEVERAL], *guarded[:1], *stopping[:1]]


def test_every_citizen_is_somebody_else_and_every_kind_of_dossier_is_among_them() -> None:
    assert len(dossiers()) == COUNT
    assert {about.kind for about in dossiers()} == {"register", "change", "stop"}
    assert len({about.number for about in dossiers()}) == COUNT
    assert {issued(about) <= about.due_on for about in dossiers()} == {True, False}
    assert {about.declaration.sex for about in some()} == {"male", "female"}
    assert [FormKind(number + 1) for number in range(len(NAMES))] == list(FormKind)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", NAMES)
def test_a_document_says_what_the_citizen_declared_and_nothing_else(
    name: str, part: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for about in dossiers()[part::PARTS]:
        assert differing(name, about, forms[name], press, vocabulary) == [], about.number


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_of_every_citizen_what_he_declared(
    name: str, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for count in (0, 1, COUNT):
        assert differing_list(name, count, forms[name], press, vocabulary) == []


@pytest.mark.parametrize(("name", "one", "other"), SPOILED)
def test_a_spoiled_form_is_noticed(
    name: str, one: str, other: str, press: Press, vocabulary: Words, tmp_path: Path
) -> None:
    shutil.copytree(FORMS / name, tmp_path / name)
    file = tmp_path / name / "form.yaml"
    said = file.read_text(encoding="utf-8")
    assert one in said
    file.write_text(said.replace(one, "\0").replace(other, one).replace("\0", other), encoding="utf-8")
    forms = definition.load_all(FORMS, tmp_path)
    if name in LISTS:
        assert differing_list(name, SEVERAL, forms[name], press, vocabulary) != []
    else:
        assert any(differing(name, about, forms[name], press, vocabulary) for about in some())


def test_a_value_is_looked_for_where_its_label_stands(
    forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    about = next(one for one in dossiers() if one.kind == "change")
    data = filled(about, "declaration", "", vocabulary)
    pdf = press.paper(forms["declaration"], data, made_at=MADE_AT).pdf
    paper = asked(about, "declaration")
    assert differences(pdf, paper) == []
    (what, old, new), *_ = paper.below
    assert differences(pdf, replace(paper, beside=(("8. Email:", about.declaration.phone),)))
    assert differences(pdf, replace(paper, heads=("STT", *paper.heads[:2]), below=((what, old, new),)))


def test_words_stay_apart(forms: Mapping[str, Form], press: Press, vocabulary: Words) -> None:
    form = forms["notice_accepted"]
    for about in dossiers()[::20]:
        data = filled(about, "notice_accepted", code_for(about, form), vocabulary)
        read = poppler.words(press.paper(form, data, made_at=MADE_AT).pdf, "-raw")
        assert about.declaration.full_name in read
        assert about.declaration.address.text() in read
