"""Who signs sees what he signs: no page holds signatures and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from officer_console.documents import definition
from officer_console.documents.definition import Form
from officer_console.documents.render import Press
from officer_console.documents.words import Words
from officer_console.domain.dossier import DossierKind
from tests.documents import poppler
from tests.documents.citizens import HEAD, NAMES, code_for, dossiers, filled, listed, with_everything
from tests.documents.conftest import FORMS, MADE_AT
from tests.documents.poppler import Word

LONG = "Số nhà 12/7/5 hẻm 48 đường Nguyễn Thị Minh Khai nối dài, tổ dân phố số 15, khu phố 3, "
SIGNED = tuple(name for name in NAMES if name != "vssid_guide")
# The lines above the note of a signature that belong to it: its date, and two of its title.
TITLES = 3
LEAST = 2


def lines_above_signatures(page: list[Word]) -> int | None:
    """Return how many lines of the text stand above the signatures of a page; ``None``: nobody signs on it."""
    notes = [word.middle for word in page if word.text == "(Ký,"]
    if not notes:
        return None
    # the number of the page stands in its upper margin
    return len({round(word.middle / 4) for word in page if 45 < word.middle < notes[0]}) - TITLES


def alone(pdf: bytes) -> list[int]:
    """Return the pages, from 1, whose signatures have next to nothing above them."""
    above = [lines_above_signatures(page) for page in poppler.placed(pdf)]
    assert any(count is not None for count in above), "somebody signs"
    return [number for number, count in enumerate(above, 1) if count is not None and count < LEAST]


def test_no_signature_of_a_notice_stands_alone_however_long_an_address_is(
    forms: Mapping[str, Form], press: Press
) -> None:
    form, sample = forms["notice_accepted"], definition.sample(FORMS / "notice_accepted")
    pages = set()
    for lines in range(1, 12):
        paper = press.paper(form, {**sample, "address": LONG * lines}, made_at=MADE_AT)
        pages.add(paper.pages)
        last = poppler.words(paper.pdf, "-f", str(paper.pages))
        assert HEAD.signer in last
        assert "thông báo để Ông (Bà) biết và thực hiện" in last
        assert alone(paper.pdf) == []
    assert pages == {1, 2}


def test_the_totals_and_the_last_dossiers_of_a_day_stand_above_its_signatures(
    forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    pages = set()
    for count in range(1, 41):
        data, _ = listed("day_sheet", count, vocabulary)
        paper = press.paper(forms["day_sheet"], data, made_at=MADE_AT)
        pages.add(paper.pages)
        last = poppler.words(paper.pdf, "-f", str(paper.pages))
        assert "CÁN BỘ LẬP PHIẾU" in last
        assert "Cộng theo loại hồ sơ" in last, count
        assert all(str(row["file_number"]) in last for row in data["entries"][-3:]), count
        assert alone(paper.pdf) == [], count
    assert pages == {1, 2, 3}


@pytest.mark.parametrize("kind", DossierKind)
@pytest.mark.parametrize("name", SIGNED)
def test_no_signature_stands_alone_on_a_paper_that_says_all_it_can(
    name: str, kind: DossierKind, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    pages = set()
    about = next(one for one in dossiers() if one.kind is DossierKind.CHANGE)
    for length in range(0, 12 * len(LONG), len(LONG) // 2):
        full = replace(with_everything(about, (LONG * 12)[:length]), kind=kind)
        data = filled(full, name, code_for(full, forms[name]), vocabulary)
        paper = press.paper(forms[name], data, made_at=MADE_AT)
        pages.add(paper.pages)
        assert alone(paper.pdf) == [], length
    assert max(pages) > 1 or name == "notice_refused", "a page ends somewhere"


def test_a_minors_declaration_of_changes_stays_on_one_page_with_an_address_of_three_lines(
    forms: Mapping[str, Form], press: Press
) -> None:
    guardian = {
        "guardian": "Nguyễn Thị Hồng Hạnh",
        "guardian_paper": "079190012345",
        "guardian_relation": "Mẹ",
        "guardian_phone": "0901234567",
    }
    sample = definition.sample(FORMS / "declaration")
    for lines in (1, 2):
        data = {**sample, **guardian, "purpose": "change", "address": (LONG * lines).strip(", ")}
        paper = press.paper(forms["declaration"], data, made_at=MADE_AT)
        assert paper.pages == 1
        assert "PHẦN DÀNH CHO CƠ QUAN" in poppler.words(paper.pdf)
