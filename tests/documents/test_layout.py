"""Whatever stands in the data: it stays in its box, all of it is there, and none of it is markup."""

from __future__ import annotations

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pytest

from officer_console.documents import definition
from officer_console.documents.definition import Form
from officer_console.documents.errors import DocumentError
from officer_console.documents.fields import Data, FieldKind, Value
from officer_console.documents.filled import MM, Filled
from officer_console.documents.fonts import Faces
from officer_console.documents.pages import FURNITURE, Sheet
from officer_console.documents.render import Press
from officer_console.documents.setting import WIDE
from officer_console.documents.strips import Text
from officer_console.documents.text import Cleaner, Segment, break_lines, line_count, words
from tests.documents import hostile, poppler
from tests.documents.conftest import FORMS, MADE_AT, NAMES

LONG = "Số nhà 12/7/5 hẻm 48 đường Nguyễn Thị Minh Khai nối dài, tổ dân phố số 15, khu phố 3, "
# Fields whose values are checked before they come near a form, or that are codes and not text.
NOT_TEXT = frozenset({"code", "file_number", "printed_at", "printed_by", "with_household", "reprint"})


def sheets(form: Form, data: Data, faces: Faces) -> list[Sheet]:
    press = Press(faces)
    return press._laid_out(form, Filled(form, data, faces, press._cleaner), WIDE)[0]


def right(text: Text, faces: Faces) -> float:
    # the space a line was broken at is not seen
    parts = [*text.segments[:-1], *(part._replace(text=part.text.rstrip(" ")) for part in text.segments[-1:])]
    spaces = sum(part.text.count(" ") for part in parts) * text.gap
    return text.x + spaces + sum(faces[part.face].width(part.text, text.size) for part in parts)


def misplaced(found: Sequence[Sheet], form: Form, faces: Faces) -> list[str]:
    """Return what leaves the margins, crosses an upright rule, or lies on other letters."""
    wrong = []
    for number, sheet in enumerate(found, 1):
        left, end = form.page.left * MM - 0.1, sheet.width - form.page.right * MM + 0.1
        upright = [rule for rule in sheet.rules if rule.x0 == rule.x1 and abs(rule.y1 - rule.y0) > 5]
        rows = defaultdict(list)
        for text in sheet.texts:
            said, stop = shown(text), right(text, faces)
            if not said:
                continue
            if text.x < left or stop > end or not 6 * MM < text.y < sheet.height - 10 * MM:
                wrong.append(f"page {number} outside: {said!r}")
            if any(
                text.x + 0.1 < rule.x0 < stop - 0.1 and min(rule.y0, rule.y1) < text.y < max(rule.y0, rule.y1)
                for rule in upright
            ):
                wrong.append(f"page {number} across a rule: {said!r}")
            rows[round(text.y, 1)].append((text.x, stop, said))
        for row in rows.values():
            for (_, before, one), (after, _, other) in itertools.pairwise(sorted(row)):
                if after < before - 0.1:
                    wrong.append(f"page {number} on one another: {one!r} {other!r}")
    return wrong


def shown(text: Text) -> str:
    return "".join(part.text for part in text.segments)


def letters(found: Sequence[Sheet]) -> str:
    """Return all text in reading order without spaces."""
    said: dict[int, list[str]] = defaultdict(list)
    for sheet in found:
        for text in sheet.texts:
            if text.tag != FURNITURE:
                said[text.tag].append(shown(text))
    return squeezed("".join("".join(said[tag]) for tag in sorted(said)))


def squeezed(text: str) -> str:
    return "".join(text.split())


def with_texts(form: Form, sample: Data, texts: Sequence[str]) -> tuple[dict[str, Value], list[tuple[str, str]]]:
    """Return the sample with free texts replaced one after the other, and which went where (field, column)."""
    source, used = itertools.cycle(texts), list[tuple[str, str]]()
    data: dict[str, Value] = {}
    for name, value in sample.items():
        field = form.fields[name]
        if name in NOT_TEXT or field.choices or field.kind is FieldKind.DATE:
            data[name] = value
        elif isinstance(value, str):
            used.append((name, next(source)))
            data[name] = used[-1][1]
        elif field.kind is FieldKind.LIST:
            used.append((name, next(source)))
            data[name] = (used[-1][1],)
        else:
            row = {column: next(source) for column in field.columns}
            used += [(f"{name}.{column}", text) for column, text in row.items()]
            data[name] = (row, *(dict(member) for member in value if isinstance(member, Mapping)))
    return data, used


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_stays_in_its_place(name: str, forms: Mapping[str, Form], faces: Faces) -> None:
    found = sheets(forms[name], definition.sample(FORMS / name), faces)
    assert misplaced(found, forms[name], faces) == []


def test_what_is_misplaced_would_be_noticed(forms: Mapping[str, Form], faces: Faces) -> None:
    form = forms["queue_list"]
    found = sheets(form, definition.sample(FORMS / "queue_list"), faces)
    cell = next(text for text in found[0].texts if "07906" in "".join(part.text for part in text.segments))
    for moved in (cell._replace(x=cell.x - 20), cell._replace(x=-5.0), cell._replace(x=cell.x + 60)):
        found[0].texts.append(moved)
        assert misplaced(found, form, faces) != []
        found[0].texts.pop()


@pytest.mark.parametrize("name", NAMES)
def test_hostile_texts_stay_in_their_boxes_and_nothing_of_them_is_lost(
    name: str, forms: Mapping[str, Form], faces: Faces
) -> None:
    form, sample = forms[name], definition.sample(FORMS / name)
    texts, clean = list(hostile.texts()), Cleaner(faces).clean
    assert len(texts) == hostile.COUNT
    while texts:
        data, used = with_texts(form, sample, texts)
        found = sheets(form, data, faces)
        assert misplaced(found, form, faces) == []
        read = letters(found).upper()
        lost = [
            (field, text)
            for field, text in used
            if all(squeezed(clean(way)).rstrip(".").upper() not in read for way in (text, text.upper()))
        ]
        assert lost == []
        texts = texts[len(used) :]


def test_control_characters_and_letters_without_a_glyph_can_be_seen(faces: Faces) -> None:
    cleaner = Cleaner(faces)
    for text in ("a\x00b", "a\u202eb", "a\u200bb", "a😀b", "a中b", "aאb", "a\ud800b", "a\ufeffb", "a\u00adb"):
        assert cleaner.clean(text) == f"a{cleaner.substitute}b"


def test_combining_characters_become_letters_and_do_not_pile_up(faces: Faces) -> None:
    cleaner = Cleaner(faces)
    name = "Nguyễn Thị Đẫm"
    assert cleaner.clean(unicodedata.normalize("NFD", name)) == name
    assert cleaner.clean("x" + "\u0300" * 5) == "x\u0300\u0300" + 3 * cleaner.substitute
    assert cleaner.clean("\u0301a") == cleaner.substitute + "a"


def test_a_line_is_never_wider_than_its_room(faces: Faces) -> None:
    cleaner = Cleaner(faces)
    for text in hostile.texts():
        for width in (40.0, 200.0):
            lines = break_lines([Segment(0, cleaner.clean(text))], faces, 13, width)
            assert all(line.width <= width + 0.01 for line in lines)
            measured = [sum(faces[face].width(part, 13) for face, part in line.segments) for line in lines]
            assert measured == pytest.approx([line.width for line in lines], abs=0.01)


def test_centred_lines_are_counted_as_they_are_made(faces: Faces) -> None:
    cleaner = Cleaner(faces)
    for text in ("Về việc chấp nhận đăng ký sử dụng phương thức giao dịch điện tử", "a\nb c\n\nd", "", "một"):
        found = words([Segment(1, cleaner.clean(text))], faces, 14)
        for width in range(60, 500, 7):
            counted = line_count(found, faces, 14, width)
            assert counted == len(break_lines([Segment(1, cleaner.clean(text))], faces, 14, width))


@pytest.mark.parametrize("name", NAMES)
def test_markup_is_printed_as_it_is(name: str, forms: Mapping[str, Form], press: Press) -> None:
    nasty = "<b>An</b> &amp; {office} %s \\(x) ET <img src='file:///etc/passwd'/>"
    form, sample = forms[name], definition.sample(FORMS / name)
    data, used = with_texts(form, sample, [nasty])
    paper = press.paper(form, data, made_at=MADE_AT)
    read = squeezed(poppler.text(paper.pdf, "-raw")).upper()
    assert read.count(squeezed(nasty).upper()) >= len(used)


def test_a_long_word_gets_a_line_to_itself_and_is_divided_behind_a_sign(
    forms: Mapping[str, Form], press: Press, faces: Faces
) -> None:
    email = "congtangtonnu.nguyenphuchoangphuongthao.1990@example-co-quan-to-chuc.vn"
    data = {**definition.sample(FORMS / "declaration"), "email": email}
    assert f"8. Email: {email}" in poppler.words(press.paper(forms["declaration"], data, made_at=MADE_AT).pdf)
    lines = break_lines([Segment(0, email)], faces, 13, 160)
    assert [line.segments[0].text[-1] for line in lines] == list("..-n")


def test_what_a_notice_need_not_say_is_left_out(forms: Mapping[str, Form], press: Press) -> None:
    sample = definition.sample(FORMS / "notice_accepted")
    child = {**sample, "paper": "", "paper_number": "", "email": ""}
    read = poppler.words(press.paper(forms["notice_accepted"], child, made_at=MADE_AT).pdf)
    assert "Điện thoại di động: 0901234567 Tài khoản" in read
    assert "Giấy tờ tùy thân:" not in read
    assert "...." not in read


@pytest.mark.parametrize("name", NAMES)
def test_decomposed_letters_come_out_composed_and_whole(name: str, forms: Mapping[str, Form], press: Press) -> None:
    sample = definition.sample(FORMS / name)
    fields = forms[name].fields
    parted = {
        field: unicodedata.normalize("NFD", value) if isinstance(value, str) and not fields[field].choices else value
        for field, value in sample.items()
    }
    assert parted != sample
    assert (
        press.paper(forms[name], parted, made_at=MADE_AT).pdf == press.paper(forms[name], sample, made_at=MADE_AT).pdf
    )


def test_an_address_of_three_lines_and_a_name_without_end_are_all_there(
    forms: Mapping[str, Form], press: Press
) -> None:
    name = "Công Tằng Tôn Nữ " + "Hoàng Phương Thảo " * 8 + "Cuối"
    data = {**definition.sample(FORMS / "declaration"), "address": LONG * 3 + "hết", "full_name": name}
    read = poppler.words(press.paper(forms["declaration"], data, made_at=MADE_AT).pdf)
    assert LONG * 3 + "hết" in read
    assert name.upper() in read


@pytest.mark.parametrize("name", NAMES)
def test_what_is_missing_is_a_dotted_line(name: str, forms: Mapping[str, Form], faces: Faces) -> None:
    form = forms[name]
    sample = definition.sample(FORMS / name)
    data = {field: sample[field] for field in form.fields if form.fields[field].required}
    found = sheets(form, data, faces)
    assert misplaced(found, form, faces) == []
    dots = letters(found).count("....") + sum(
        "...." in part.text for sheet in found for text in sheet.texts for part in text.segments
    )
    assert dots > 0 or name == "queue_list"


def test_a_required_field_that_is_missing_or_a_field_nobody_knows_is_an_error(
    forms: Mapping[str, Form], press: Press
) -> None:
    form, sample = forms["notice_refused"], definition.sample(FORMS / "notice_refused")
    for spoiled, code in (
        ({**sample, "reason": "  "}, "field-missing"),
        ({**sample, "shoe_size": "42"}, "field-unknown"),
        ({**sample, "issued_on": "5/2/2026"}, "field-date"),
        ({**sample, "purpose": "merge"}, "field-choice"),
        ({**sample, "bring": ({"what": "x"},)}, "field-kind"),
        ({**sample, "full_name": ("An", "Bình")}, "field-kind"),
        ({**sample, "code": "HS1:ế"}, "code-unfit"),
        ({**sample, "file_number": "9" * 1500}, "foot-overflows"),
    ):
        with pytest.raises(DocumentError) as caught:
            press.paper(form, spoiled, made_at=MADE_AT)
        assert caught.value.code == code


def test_the_head_of_a_table_stands_on_every_page_and_pages_are_numbered_from_the_second(
    forms: Mapping[str, Form], press: Press
) -> None:
    sample = definition.sample(FORMS / "queue_list")
    row = {"file_number": "1/1", "full_name": "Nguyễn Văn An"}
    paper = press.paper(forms["queue_list"], {**sample, "entries": (row,) * 100}, made_at=MADE_AT)
    assert paper.pages > 3
    for number in range(1, paper.pages + 1):
        where = ("-f", str(number), "-l", str(number))
        lines = poppler.text(paper.pdf, *where).split()
        assert "STT" in lines
        assert f"{number}/{paper.pages}" in lines
        assert (lines[0] == str(number)) == (number > 1)
