"""An officer of several offices: each office has its own sheet and its own list, in one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from officer_console import data
from officer_console.documents import letterheads
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.papers import Paper
from officer_console.domain.provinces import BIRTH_PLACES
from officer_console.domain.reference import Office as Listed
from officer_console.views import printing_words
from tests import builders
from tests.documents import poppler
from tests.printing.parts import EVERY, NOW, OFFICER, Office, judged, office

BOTH = replace(OFFICER, scopes=("07901", builders.SCOPE))
LISTS = replace(
    builders.REFERENCE, offices=(*builders.REFERENCE.offices, Listed(code="07901", name="BHXH cơ sở Sài Gòn"))
)


def at(n: int, scope: str, status: Status = Status.APPROVED) -> Dossier:
    return replace(judged(n, DossierKind.REGISTER, status), scope_id=scope, number=f"{1_000_000 + n}/{scope}")


DOSSIERS = (at(1, "07901"), at(2, builders.SCOPE, Status.REJECTED), at(3, builders.SCOPE))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path, DOSSIERS, reference=LISTS, officer=BOTH)
    yield made
    made.store.close()


def decided(desk: Office, *dossiers: Dossier) -> None:
    with desk.store.write() as tx:
        for about in dossiers:
            what = "decided:invalid" if about.status is Status.REJECTED else "decided:valid"
            tx.journal.add(NOW, what, BOTH.id, about.id, f"op-{about.id}")


def sheets(pdf: bytes) -> list[str]:
    """Return what each page says."""
    return [" ".join(page.split()) for page in poppler.text(pdf, "-layout").split("\f") if page.strip()]


def test_a_day_at_one_of_several_offices_stands_under_that_office(desk: Office) -> None:
    decided(desk, DOSSIERS[2])
    (sheet,) = sheets(desk.lists.day_sheet().pdf)
    assert "BẢO HIỂM XÃ HỘI CƠ SỞ BẾN THÀNH" in sheet
    assert "BẢO HIỂM XÃ HỘI THÀNH PHỐ HỒ CHÍ MINH" in sheet
    assert "Thành phố Hồ Chí Minh, ngày 20 tháng 11 năm 2026" in sheet
    assert "SÀI GÒN" not in sheet


def test_a_day_at_two_offices_has_a_sheet_for_each_with_sums_of_its_own(desk: Office) -> None:
    decided(desk, *DOSSIERS)
    made = desk.lists.day_sheet()
    first, second = sheets(made.pdf)
    assert made.pages == 2
    assert "BHXH CƠ SỞ SÀI GÒN" in first
    assert "Số hồ sơ đã giải quyết: 1 " in first
    assert "Cộng 1 0 0 1" in first
    assert "BẾN THÀNH" in second
    assert "Số hồ sơ đã giải quyết: 2 " in second
    assert "Cộng 1 1 0 2" in second
    for sheet, dossiers in ((first, DOSSIERS[:1]), (second, DOSSIERS[1:])):
        assert [about.number for about in DOSSIERS if about.number in sheet] == [about.number for about in dossiers]
        assert "Trang 1/1" in sheet
        assert "(Ký, ghi rõ họ tên)" in sheet


def test_the_list_of_two_offices_names_each_dossier_under_its_own(desk: Office) -> None:
    first, second = sheets(desk.lists.queue_list(EVERY, "").pdf)
    assert "BHXH CƠ SỞ SÀI GÒN" in first
    assert DOSSIERS[0].number in first
    assert DOSSIERS[1].number not in first
    assert "Số hồ sơ trong danh sách: 2" in second


def test_an_empty_day_is_the_first_office_s(desk: Office) -> None:
    (sheet,) = sheets(desk.lists.day_sheet().pdf)
    assert "BHXH CƠ SỞ SÀI GÒN" in sheet
    assert "Số hồ sơ đã giải quyết: 0" in sheet


def test_the_day_sheet_has_one_name_on_the_screen_and_on_paper(desk: Office) -> None:
    (sheet,) = sheets(desk.lists.day_sheet().pdf)
    assert printing_words.NAMES[Paper.DAY_SHEET].upper() in sheet


def test_a_notice_of_the_training_office_says_who_signs_and_one_without_a_name_leaves_it_to_the_pen(
    desk: Office,
) -> None:
    named, unnamed = (sheets(desk.printing.make(Paper.ACCEPTED, DOSSIERS[n].id).pdf)[0] for n in (2, 0))
    assert "GIÁM ĐỐC (Ký, ghi rõ họ tên, đóng dấu)" in unnamed.replace("- Như trên; ", "")
    assert "Trần Văn Mẫu" in named
    assert "Trần Văn Mẫu" not in unnamed


def test_every_province_names_the_body_above_its_offices() -> None:
    heads = letterheads.load(data.folder("forms"))
    known = {code: heads.of(f"{code}01", "BHXH cơ sở", "") for code in BIRTH_PLACES}
    assert len({head.parent_office for head in known.values()}) == 34
    assert all(head.parent_office.lower().endswith(head.place.lower()) for head in known.values())
    assert known["001"].parent_office == "Bảo hiểm xã hội thành phố Hà Nội"
    assert (known["074"].parent_office, known["074"].place) == (
        "Bảo hiểm xã hội Thành phố Hồ Chí Minh",
        "Thành phố Hồ Chí Minh",
    )
    assert known["015"].parent_office == "Bảo hiểm xã hội tỉnh Lào Cai"
