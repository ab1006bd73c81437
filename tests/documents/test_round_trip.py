"""From a dossier to paper, through a copier and back: the code is read, the text is the data. 200 made-up citizens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from random import Random

import pytest

from bench.papers import archive
from officer_console.codes import symbols
from officer_console.codes.forms import form_text, signed_bytes
from officer_console.codes.symbols import SymbolKind
from officer_console.documents import filling
from officer_console.documents.definition import Data, Form
from officer_console.documents.filling import Letterhead
from officer_console.documents.render import Press
from officer_console.documents.words import Words
from officer_console.domain.dossier import Dossier, Judgement
from officer_console.domain.form import FormKind
from tests.documents import poppler
from tests.documents.conftest import MADE_AT
from tests.documents.copier import copied

SEED = 20261123
CITIZENS = 200
TODAY = date(2026, 2, 5)
NAMES = ("declaration", "tk1_ts", "notice_accepted", "notice_refused", "receipt", "vssid_guide")
# Everybody's page is copied at 150 dpi; at 300 dpi, which costs four times as much, every fifth of a document's.
SHARES = {150: 1, 300: 5}
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


@dataclass(frozen=True, slots=True)
class Case:
    """One citizen and the document he gets."""

    number: int
    name: str
    code: str
    data: Data


@cache
def dossiers() -> tuple[Dossier, ...]:
    return tuple(archive(CITIZENS, seed=SEED, today=TODAY))


def code_for(about: Dossier, form: Form) -> str:
    return form_text(signed_bytes(about.number, form.kind, form.version), Random(about.id).randbytes(8))


def filled(about: Dossier, name: str, code: str, words: Words) -> Data:
    judged = Judgement(
        op_id="o",
        verdict="invalid",
        reason_code="other",
        reason_text="Ảnh mờ, không đọc được số",
        officer_id="1",
        officer_name="An",
        decided_at=MADE_AT,
    )
    match name:
        case "declaration":
            return filling.declaration(about, HEAD, words, code=code)
        case "tk1_ts":
            return filling.tk1_ts(about, HEAD, words, on=TODAY, code=code)
        case "notice_accepted":
            return filling.notice_accepted(about, HEAD, words, issued_on=TODAY, code=code)
        case "notice_refused":
            return filling.notice_refused(about, judged, (), HEAD, words, issued_on=TODAY, code=code)
        case "receipt":
            return filling.receipt(about, HEAD, words, at=datetime.combine(TODAY, time(2, 15), UTC), code=code)
        case _:
            return filling.vssid_guide(about, HEAD, effective_on=TODAY, code=code)


def cases(name: str, forms: Mapping[str, Form], words: Words) -> list[Case]:
    """Return the citizens whose turn it is to get this document."""
    found = []
    for number, about in enumerate(dossiers()):
        if NAMES[number % len(NAMES)] == name:
            code = code_for(about, forms[name])
            found.append(Case(number // len(NAMES), name, code, filled(about, name, code, words)))
    return found


def test_every_citizen_gets_a_document_and_every_kind_of_dossier_is_among_them() -> None:
    assert len(dossiers()) == CITIZENS
    assert {about.kind for about in dossiers()} == {"register", "change", "stop"}
    assert len({about.number for about in dossiers()}) == CITIZENS
    assert [FormKind(number + 1) for number in range(len(NAMES))] == list(FormKind)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_a_document_is_its_data(
    name: str, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    form = forms[name]
    for case in cases(name, forms, vocabulary):
        read = poppler.words(press.paper(form, case.data, made_at=MADE_AT).pdf)
        for field, value in case.data.items():
            if field == "code" or not isinstance(value, str) or not value or form.fields[field].choices:
                continue
            if form.fields[field].kind.value == "date":
                day = date.fromisoformat(value)
                shown = any(f"{day.day:02d}{between}" in read for between in ("/", " tháng "))
            else:
                shown = value in read or value.upper() in read
            assert shown, (field, value)


@pytest.mark.parametrize("dpi", sorted(SHARES))
@pytest.mark.parametrize("name", NAMES)
def test_the_code_is_read_from_a_copy(
    name: str, dpi: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    chosen = [case for case in cases(name, forms, vocabulary) if case.number % SHARES[dpi] == 0]
    assert chosen
    for case in chosen:
        pdf = press.paper(forms[name], case.data, made_at=MADE_AT).pdf
        spoiled = copied(poppler.foot(pdf, dpi), Random(f"{SEED}/{dpi}/{case.code}"), dpi)
        found = symbols.read(spoiled, kinds=[SymbolKind.QR])
        assert [symbol.data.decode("ascii") for symbol in found] == [case.code]


@pytest.mark.parametrize("dpi", sorted(SHARES))
def test_the_code_is_read_from_the_whole_copied_page(
    dpi: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for name in NAMES:
        case = cases(name, forms, vocabulary)[0]
        page = poppler.page(press.paper(forms[name], case.data, made_at=MADE_AT).pdf, dpi)
        found = symbols.read(copied(page, Random(name), dpi), kinds=[SymbolKind.QR])
        assert [symbol.data.decode("ascii") for symbol in found] == [case.code]


@pytest.mark.parametrize("dpi", sorted(SHARES))
def test_the_bar_code_of_a_receipt_says_what_its_square_code_says(
    dpi: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for case in cases("receipt", forms, vocabulary)[:8]:
        pixels = poppler.foot(press.paper(forms["receipt"], case.data, made_at=MADE_AT).pdf, dpi)
        found = symbols.read(copied(pixels, Random(case.code), dpi), wanted=2)
        assert {(symbol.kind, symbol.data.decode("ascii")) for symbol in found} == {
            (SymbolKind.QR, case.code),
            (SymbolKind.CODE_128, case.code),
        }
