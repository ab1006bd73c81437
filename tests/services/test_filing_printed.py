"""A form as the desk prints it, signed, copied and scanned, comes back to its dossier."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from officer_console import data
from officer_console.codes.forms import Standing
from officer_console.domain.dossier import Status
from officer_console.domain.form import FormKind
from officer_console.domain.papers import FORM_KINDS, Paper
from officer_console.imaging.opencv import Rgb
from officer_console.services.stacks import Doubt, Flaw
from officer_console.services.stationery import Desk, PaperError, Stationery
from tests import builders
from tests.services.filing_counter import Counter, doubts, numbers, only
from tests.services.sealed_desk import NOW
from tests.services.signed_sheets import copied

pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture(scope="module")
def stationery() -> Stationery:
    return Stationery(lambda: data.folder("forms"), None)


def printed(counter: Counter, stationery: Stationery, n: int, paper: Paper, dpi: int = 150) -> list[Rgb]:
    """Return the pages of a paper of dossier ``n`` as they lie in the tray."""
    about = counter.desk.put(n, n)
    text = counter.codes.form_code(about, FORM_KINDS[paper])
    assert text is not None
    desk = Desk(reference=builders.REFERENCE, officer=counter.officer, at=NOW)
    pdf = pypdfium2.PdfDocument(stationery.paper(paper, about, desk, code=text).pdf)
    try:
        return [np.array(page.render(scale=dpi / 72).to_pil().convert("RGB")) for page in pdf]
    finally:
        pdf.close()


def scanned(counter: Counter, pages: list[Rgb]) -> bytes:
    images, target = [Image.fromarray(copied(page, n)) for n, page in enumerate(pages)], io.BytesIO()
    images[0].save(target, "TIFF", compression="jpeg", save_all=True, append_images=images[1:])
    assert counter.gate.pages(target.getvalue()) == len(pages)
    return target.getvalue()


def test_a_stack_of_our_own_forms_is_split_and_filed(counter: Counter, stationery: Stationery) -> None:
    sheets = [printed(counter, stationery, n, Paper.DECLARATION) for n in (1, 2, 3)]
    stack = scanned(counter, [page for sheet in sheets for page in sheet])
    split = counter.filing.split(counter.filing.take(stack, []))
    assert split.unclear == ()
    assert numbers(split) == [(f"{1_000_000 + n}/{builders.SCOPE}", len(sheet)) for n, sheet in enumerate(sheets, 1)]
    assert all(pile.plain for pile in split.piles)
    for pile in split.piles:
        counter.filing.file(pile)
    assert {sheet.form.form_kind for sheet in counter.filing.waiting()} == {FormKind.DECLARATION}


def test_each_page_of_a_form_says_in_its_code_which_it_is(counter: Counter, stationery: Stationery) -> None:
    about = counter.desk.put(1, status=Status.AWAITING_REGISTRY)
    codes = counter.codes.page_code(about, FormKind.INSURED)
    assert codes is not None
    desk = Desk(reference=builders.REFERENCE, officer=counter.officer, at=NOW)
    pdf = stationery.paper(Paper.INSURED, about, desk, code=codes).pdf
    looked = tuple(counter.filing.take(pdf, []))
    said = [(code.page, code.pages) for each in looked for code in each.codes]
    assert said == [(n, len(looked)) for n in range(1, len(looked) + 1)]
    assert len(said) > 1
    whole = counter.filing.split(looked)
    assert [pile.plain for pile in whole.piles] == [True]
    counter.filing.file(whole.piles[0])
    split = counter.filing.split(looked[1:])
    assert [(pile.flaw, pile.missing, split.sure(pile)) for pile in split.piles] == [(Flaw.MISSING, (1,), False)]
    split = counter.filing.split(looked + looked)
    assert [(pile.flaw, split.sure(pile)) for pile in split.piles] == [(Flaw.DOUBLE, False)]


def test_a_sheet_of_an_older_edition_of_a_form_is_an_old_one(
    counter: Counter, stationery: Stationery, tmp_path: Path
) -> None:
    about = counter.desk.put(1)
    desk = Desk(reference=builders.REFERENCE, officer=counter.officer, at=NOW)
    shutil.copytree(data.folder("forms") / "declaration", tmp_path / "own" / "declaration")
    file = tmp_path / "own" / "declaration" / "form.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("version: 1\n", "version: 2\n"), encoding="utf-8")
    newer = Stationery(lambda: data.folder("forms"), tmp_path / "own")
    assert (stationery.editions()[1], newer.editions()[1]) == (1, 2)
    codes = counter.codes.page_code(about, FormKind.DECLARATION)
    assert codes is not None
    counter.editions = newer.editions
    counter.open()
    for made, standing in ((stationery, Standing.OLD), (newer, Standing.GENUINE)):
        pdf = made.paper(Paper.DECLARATION, about, desk, code=codes).pdf
        split = counter.filing.split(counter.filing.take(pdf, []))
        assert [pile.standing for pile in split.piles] == [standing]


def test_a_form_whose_number_is_not_its_papers_is_a_fault_and_not_printed(
    counter: Counter, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("declaration/form.yaml line 3: form-kind-unfit")
    shutil.copytree(data.folder("forms") / "declaration", tmp_path / "own" / "declaration")
    file = tmp_path / "own" / "declaration" / "form.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("kind: 1\n", "kind: 77\n", 1), encoding="utf-8")
    other = Stationery(lambda: data.folder("forms"), tmp_path / "own")
    assert [fault.data["rule"] for fault in other.faults()] == ["form-kind-unfit"]
    desk = Desk(reference=builders.REFERENCE, officer=counter.officer, at=NOW)
    with pytest.raises(PaperError, match="form-broken"):
        other.paper(Paper.DECLARATION, counter.desk.put(1), desk)


def test_a_receipt_among_the_sheets_is_no_signed_form(counter: Counter, stationery: Stationery) -> None:
    stack = scanned(counter, printed(counter, stationery, 1, Paper.RECEIPT))
    split = counter.filing.split(counter.filing.take(stack, []))
    assert doubts(split)[0] is Doubt.KEEPSAKE
    assert split.piles == ()


def test_a_form_whose_code_was_wiped_is_nobodys(counter: Counter, stationery: Stationery) -> None:
    first, second = (printed(counter, stationery, n, Paper.DECLARATION)[0] for n in (1, 2))
    places: list[object] = []
    looked = tuple(counter.filing.take(scanned(counter, [first]), places))  # type: ignore[arg-type]  # filled by it
    (place,) = places
    left, top, right, bottom = place  # type: ignore[misc]  # one code
    height, width = second.shape[:2]
    rows, columns = slice(round(top * height), round(bottom * height)), slice(round(left * width), round(right * width))
    second[rows, columns] = second[rows, columns].mean()
    wiped = tuple(counter.filing.take(scanned(counter, [second]), places))  # type: ignore[arg-type]  # of the same stack
    split = counter.filing.split((*looked, *wiped))
    assert numbers(split) == [(f"1000001/{builders.SCOPE}", 1)]
    assert doubts(split) == [Doubt.UNREAD]


def test_a_sheet_of_our_own_forms_as_a_file_is_filed_too(counter: Counter, stationery: Stationery) -> None:
    about = counter.desk.put(1)
    text = counter.codes.form_code(about, FormKind.DECLARATION)
    desk = Desk(reference=builders.REFERENCE, officer=counter.officer, at=NOW)
    pdf = stationery.paper(Paper.DECLARATION, about, desk, code=text or "").pdf
    assert only(counter.filing.split(counter.filing.take(pdf, []))).meaning.dossier_id == about.id


@pytest.mark.parametrize("spoiled", ["whited out", "cut off", "folded"])
def test_a_sheet_whose_code_is_gone_is_not_filed_with_the_citizen_before_it(
    counter: Counter, stationery: Stationery, spoiled: str
) -> None:
    first, second = (printed(counter, stationery, n, Paper.DECLARATION)[0] for n in (1, 2))
    foot = round(second.shape[0] * 0.9)
    gone = second[:foot] if spoiled == "cut off" else second.copy()
    gone[foot:] = 255 if spoiled == "whited out" else 230
    split = counter.filing.split(counter.filing.take(scanned(counter, [first, gone]), []))
    assert numbers(split) == [(f"1000001/{builders.SCOPE}", 1)]
    assert [one.doubt for one in split.unclear] in ([Doubt.BARE], [Doubt.UNREAD])
    assert all(split.sure(pile) is (one.doubt is Doubt.UNREAD) for pile in split.piles for one in split.unclear)
