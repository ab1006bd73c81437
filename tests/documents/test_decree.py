"""NĐ 30/2020, annex I, on our papers: margins, sizes, rules, number, date; and what a form says it is modelled on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from officer_console.documents import definition
from officer_console.documents.definition import Form
from officer_console.documents.filled import MM
from officer_console.documents.fonts import BOLD, Faces
from officer_console.documents.render import Press
from tests.documents import poppler
from tests.documents.conftest import FORMS, MADE_AT, NAMES
from tests.documents.test_layout import right, sheets, shown


@pytest.mark.parametrize("name", NAMES)
def test_every_page_says_what_it_is_modelled_on_until_the_form_is_verified(
    name: str, forms: Mapping[str, Form], press: Press
) -> None:
    sample = definition.sample(FORMS / name)
    for form, told in ((forms[name], True), (replace(forms[name], verified=True), False)):
        paper = press.paper(form, sample, made_at=MADE_AT)
        for number in range(1, paper.pages + 1):
            assert (form.basis in poppler.words(paper.pdf, "-f", str(number), "-l", str(number))) == told
    assert "mô phỏng" in forms[name].basis


@pytest.mark.parametrize("name", NAMES)
def test_margins_and_sizes_are_those_of_the_decree(name: str, forms: Mapping[str, Form], faces: Faces) -> None:
    form = forms[name]
    assert 20 <= form.page.top <= 25
    assert 20 <= form.page.bottom <= 25
    assert 30 <= form.page.left <= 35
    assert 15 <= form.page.right <= 20
    first = sheets(form, definition.sample(FORMS / name), faces)[0]
    assert {round(first.width / MM), round(first.height / MM)} == {210, 297}
    (country,) = [text for text in first.texts if shown(text).startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA")]
    (motto,) = [text for text in first.texts if shown(text).startswith("Độc lập - Tự do - Hạnh phúc")]
    assert (country.size, motto.size) == (12, 13)
    assert {country.segments[0].face, motto.segments[0].face} == {BOLD}
    below = [rule for rule in first.rules if 0 < motto.y - rule.y0 < 12 and rule.y0 == rule.y1]
    assert any(abs(rule.x0 - motto.x) < 0.5 and abs(rule.x1 - right(motto, faces)) < 0.5 for rule in below)


@pytest.mark.parametrize("name", ["notice_accepted", "notice_refused", "receipt"])
def test_number_and_date_stand_on_one_line_and_the_agency_s_rule_is_a_third_to_a_half(
    name: str, forms: Mapping[str, Form], faces: Faces
) -> None:
    for office in ("Bảo hiểm xã hội cơ sở Tân Định", "Bảo hiểm xã hội cơ sở Thủ Dầu Một – Bình Dương – Tân Uyên"):
        found = sheets(forms[name], {**definition.sample(FORMS / name), "office": office}, faces)[0]
        number = next(text for text in found.texts if shown(text).startswith("Số: "))
        date = next(text for text in found.texts if "tháng" in shown(text))
        assert number.y == date.y
        bold = [
            text for text in found.texts if text.segments[0].face == BOLD and text.x < 90 * MM and text.y > number.y
        ]
        widest = max(right(text, faces) - text.x for text in bold)
        rule = next(rule for rule in found.rules if rule.x1 < 95 * MM and number.y < rule.y0 < min(t.y for t in bold))
        assert widest / 3 <= rule.x1 - rule.x0 <= widest / 2


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("2026-02-05", "ngày 05 tháng 02 năm 2026"),
        ("2026-01-31", "ngày 31 tháng 01 năm 2026"),
        ("2026-03-09", "ngày 09 tháng 3 năm 2026"),
        ("2026-11-23", "ngày 23 tháng 11 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_get_a_zero(
    day: str, written: str, forms: Mapping[str, Form], press: Press
) -> None:
    data = {**definition.sample(FORMS / "notice_refused"), "issued_on": day}
    assert f"Minh, {written}" in poppler.words(press.paper(forms["notice_refused"], data, made_at=MADE_AT).pdf)
