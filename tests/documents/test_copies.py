"""Papers after a copier: their codes are read from whole pages, and the desk's lists stay pages somebody can read.

Every page of every document of 200 made-up citizens at 150 dpi and the foot of its first at 300; of 12 citizens
the whole pages at 300. PDFium draws the whole coarse pages, poppler the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from random import Random

import numpy as np
import pytest
from pypdfium2 import PdfDocument

from officer_console.codes import payloads, symbols
from officer_console.codes.forms import FormCode, Standing
from officer_console.codes.symbols import SymbolKind
from officer_console.documents.definition import Form
from officer_console.documents.render import Press
from officer_console.documents.words import Words
from officer_console.domain.dossier import Dossier
from tests.documents import poppler
from tests.documents.citizens import COUNT, LISTS, NAMES, SEED, code_for, dossiers, filled, listed, ring
from tests.documents.conftest import MADE_AT
from tests.documents.copier import copied
from tests.documents.poppler import Gray

COARSE, FINE = 150, 300
# What is run together is a part of the citizens, so that several processes have something to do.
PARTS = 4
# Of one in so many citizens of a part the fine pages are copied whole, too.
WHOLE = 20


def made(name: str, about: Dossier, form: Form, press: Press, words: Words) -> tuple[list[str], bytes]:
    """Return the codes of a document's pages, and the document."""
    codes = partial(code_for, about, form)
    paper = press.paper(form, filled(about, name, codes(), words), made_at=MADE_AT, codes=codes)
    return [codes(page, paper.pages) for page in range(1, paper.pages + 1)], paper.pdf


def drawn(pdf: bytes, dpi: int) -> list[Gray]:
    """Return all pages as grey pixels, drawn by PDFium as the program's own printing does."""
    with closing(PdfDocument(pdf)) as document:
        return [page.render(scale=dpi / 72, grayscale=True).to_numpy().copy() for page in document]


def codes(page: Gray, source: str, dpi: int) -> list[str]:
    """Return the square codes on a copy of a page."""
    found = symbols.read(copied(page, Random(f"{SEED}/{source}"), dpi), kinds=[SymbolKind.QR])
    return [symbol.data.decode("ascii") for symbol in found]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", NAMES)
def test_the_code_of_every_page_is_read_from_its_copy(
    name: str, part: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for number, about in enumerate(dossiers()[part::PARTS]):
        wanted, pdf = made(name, about, forms[name], press, vocabulary)
        fine = poppler.pages(pdf, FINE) if number % WHOLE == 0 else [poppler.foot(pdf, FINE)]
        for dpi, pages in ((COARSE, drawn(pdf, COARSE)), (FINE, fine)):
            for place, page in enumerate(pages, 1):
                code = wanted[place - 1]
                assert codes(page, f"{place}/{dpi}/{code}", dpi) == [code], (about.number, place, dpi)
                said = payloads.read(code.encode("ascii"))
                assert isinstance(said, FormCode)
                assert ring().standing(said) is Standing.GENUINE
                assert (said.file_number, said.form_kind) == (about.number, forms[name].kind)
                assert (said.edition, said.page, said.pages) == (forms[name].version, place, len(wanted))


@pytest.mark.parametrize("dpi", [COARSE, FINE])
@pytest.mark.parametrize("name", LISTS)
def test_the_copy_of_a_list_shows_every_line_and_no_code(
    name: str, dpi: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    data, _ = listed(name, COUNT // 4, vocabulary)
    pdf = press.paper(forms[name], data, made_at=MADE_AT).pdf
    words = poppler.placed(pdf)
    for number, page in enumerate(poppler.pages(pdf, dpi)):
        copy = copied(page, Random(f"{SEED}/{name}/{number}"), dpi)
        assert copy.shape == page.shape
        assert page.shape[1] > page.shape[0], "it lies on its side"
        assert symbols.read(copy) == ()
        # what is dark on the page is darker than the paper around it on its copy, turned and shrunk as that is
        for word in words[number]:
            top, left = (round(word.middle * dpi / 72), round(word.left * dpi / 72))
            around = copy[max(0, top - dpi // 4) : top + dpi // 4, max(0, left - dpi // 4) : left + dpi // 4]
            assert np.percentile(around, 1) < np.median(around) - 60, word.text


@pytest.mark.parametrize("dpi", [COARSE, FINE])
def test_the_bar_code_of_a_receipt_says_what_its_square_code_says(
    dpi: int, forms: Mapping[str, Form], press: Press, vocabulary: Words
) -> None:
    for about in dossiers()[::10]:
        (code, *_), pdf = made("receipt", about, forms["receipt"], press, vocabulary)
        # a line along the bars is a bar more: then there is the square code
        copy = copied(poppler.foot(pdf, dpi), Random(code), dpi, dirty=False)
        assert [symbol.data for symbol in symbols.read(copy, kinds=[SymbolKind.QR])] == [code.encode("ascii")]
        bars = {symbol.data for symbol in symbols.read(copy, kinds=[SymbolKind.CODE_128])}
        assert code.encode("ascii") in bars, about.number
        # the check sum of bars is a small one: a spoiled row may say something else, but nothing that passes
        for misread in map(payloads.read, bars - {code.encode("ascii")}):
            assert not isinstance(misread, FormCode) or ring().standing(misread) is Standing.FORGED


def test_a_copy_is_no_longer_the_page(forms: Mapping[str, Form], press: Press, vocabulary: Words) -> None:
    _, pdf = made("receipt", dossiers()[0], forms["receipt"], press, vocabulary)
    page = poppler.foot(pdf, COARSE)
    copy = copied(page, Random(1), COARSE)
    assert copy.shape == page.shape
    assert np.abs(copy.astype(int) - page).mean() > 10
    # black is grey, edges are slopes: the sharpest step is far from black to white
    assert copy.min() < 110
    assert np.abs(np.diff(np.sort(copy, axis=None)[[copy.size // 100, copy.size // 2]].astype(int))) > 60
