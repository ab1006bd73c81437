"""From a dossier to paper, through a copier and back: the code is read, the text is the data.

Each of 200 made-up citizens gets each document; every one is read back as text and copied at both resolutions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from random import Random

import numpy as np
import pytest

from bench.papers import archive
from officer_console.codes import symbols
from officer_console.codes.forms import form_text, signed_bytes
from officer_console.codes.symbols import SymbolKind
from officer_console.documents import desk_lists, filling
from officer_console.documents.definition import Data, FieldKind, Form
from officer_console.documents.desk_lists import DayLine, Outcome
from officer_console.documents.elements import Checks
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
RESOLUTIONS = (150, 300)
# What is run together is a part of the citizens, so that several processes have something to do.
PARTS = 4
# Of so many citizens each document is copied as whole pages, not only its foot.
WHOLE = 2
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


def made(name: str, about: Dossier, form: Form, press: Press, words: Words) -> tuple[Data, str, bytes]:
    """Return the data of a document, its code, and the document."""
    code = code_for(about, form)
    data = filled(about, name, code, words)
    return data, code, press.paper(form, data, made_at=MADE_AT).pdf


def expected(form: Form, data: Data) -> Iterator[str]:
    """Yield every text that has to stand on the paper."""
    for name, value in data.items():
        field = form.fields[name]
        if name == form.code or field.choices or not value:
            continue
        if isinstance(value, str):
            yield written(value, field.written) if field.kind is FieldKind.DATE else value
        for member in () if isinstance(value, str) else value:
            yield from [member] if isinstance(member, str) else (text for text in member.values() if text)


def written(iso: str, how: str) -> str:
    year, month, day = iso.split("-")
    if "tháng" in how:
        return f"ngày {day} tháng {month if month in {'01', '02'} else int(month)} năm {year}"
    return f"{day}/{month}/{year}"


def boxes(form: Form, data: Data) -> list[str]:
    """Return every box of a form as it is read, with the words behind it."""
    found = []
    for element in form.body:
        for option in element.options if isinstance(element, Checks) else ():
            (run,) = option.words
            ticked = data.get(option.ticked.field) == option.ticked.equals
            found.append(f"[{'x' if ticked else ' '}] {''.join(map(str, run.parts))}")
    return found


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_citizen_is_somebody_else_and_every_kind_of_dossier_is_among_them() -> None:
    assert len(dossiers()) == CITIZENS
    assert {about.kind for about in dossiers()} == {"register", "change", "stop"}
    assert len({about.number for about in dossiers()}) == CITIZENS
    assert any(about.declaration.guardian for about in dossiers())
    assert [FormKind(number + 1) for number in range(len(NAMES))] == list(FormKind)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_its_data_and_its_code_is_read_from_a_copy(
    name: str, part: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    form = forms[name]
    for about in dossiers()[part::PARTS]:
        data, code, pdf = made(name, about, form, press, vocabulary)
        # in the order of the file, where a cell stands by itself
        read = squeezed(poppler.text(pdf, "-raw"))
        for text in expected(form, data):
            assert squeezed(text) in read or squeezed(text.upper()) in read, text
        said = boxes(form, data)
        assert [box for box in said if squeezed(box) not in read] == []
        assert read.count("[x]") == sum(box.startswith("[x]") for box in said)
        for dpi in RESOLUTIONS:
            spoiled = copied(poppler.foot(pdf, dpi), Random(f"{SEED}/{dpi}/{code}"), dpi)
            found = symbols.read(spoiled, kinds=[SymbolKind.QR])
            assert [symbol.data.decode("ascii") for symbol in found] == [code], (about.number, dpi)


def test_the_lists_hold_every_citizen(forms: Mapping[str, Form], press: Press, vocabulary: Words) -> None:
    at = datetime.combine(TODAY, time(2, 15), UTC)
    lines = [DayLine(dossier=about, outcome=Outcome.ACCEPTED, at=at) for about in dossiers()]
    for name, data in (
        ("queue_list", desk_lists.queue_list(dossiers(), HEAD, vocabulary, printed_at=at)),
        ("day_sheet", desk_lists.day_sheet(lines, HEAD, vocabulary, day=TODAY, printed_at=at)),
    ):
        read = squeezed(poppler.text(press.paper(forms[name], data, made_at=MADE_AT).pdf, "-raw"))
        for text in expected(forms[name], data):
            assert squeezed(text) in read or squeezed(text.upper()) in read, text


def test_words_stay_apart(forms: Mapping[str, Form], press: Press, vocabulary: Words) -> None:
    for about in dossiers()[::20]:
        _, _, pdf = made("notice_accepted", about, forms["notice_accepted"], press, vocabulary)
        read = poppler.words(pdf, "-raw")
        assert about.declaration.full_name in read
        assert about.declaration.address.text() in read


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("name", NAMES)
def test_the_code_is_read_from_the_whole_copied_page(
    name: str, dpi: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for about in dossiers()[:: CITIZENS // WHOLE]:
        _, code, pdf = made(name, about, forms[name], press, vocabulary)
        for number in range(1, poppler.page_count(pdf) + 1):
            spoiled = copied(poppler.page(pdf, dpi, number), Random(f"{name}/{number}/{code}"), dpi)
            found = symbols.read(spoiled, kinds=[SymbolKind.QR])
            assert [symbol.data.decode("ascii") for symbol in found] == [code]


@pytest.mark.parametrize(("dpi", "unread"), [(150, 2), (300, 0)])
def test_the_bar_code_of_a_receipt_says_what_its_square_code_says(
    dpi: int, unread: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for about in dossiers()[::10]:
        _, code, pdf = made("receipt", about, forms["receipt"], press, vocabulary)
        # a line along the bars is a bar more: then there is the square code
        found = symbols.read(copied(poppler.foot(pdf, dpi), Random(code), dpi, dirty=False), wanted=2)
        assert {symbol.data.decode("ascii") for symbol in found} == {code}
        # bars are for hand scanners; a coarse copy may spoil them where the square code is read
        unread -= {symbol.kind for symbol in found} != {SymbolKind.QR, SymbolKind.CODE_128}
    assert unread >= 0


def test_a_copy_is_no_longer_the_page(forms: Mapping[str, Form], press: Press, vocabulary: Words) -> None:
    _, _, pdf = made("receipt", dossiers()[0], forms["receipt"], press, vocabulary)
    page = poppler.foot(pdf, 150)
    copy = copied(page, Random(1), 150)
    assert copy.shape == page.shape
    assert np.abs(copy.astype(int) - page).mean() > 10
    # black is grey, edges are slopes: the sharpest step is far from black to white
    assert copy.min() < 110
    assert np.abs(np.diff(np.sort(copy, axis=None)[[copy.size // 100, copy.size // 2]].astype(int))) > 60
