"""The benchmark of papers compares like with like, runs, and gives the figures later runs compare."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bench import paper
from officer_console.documents import definition
from officer_console.documents.definition import Form
from officer_console.documents.fonts import Faces
from officer_console.documents.render import Press
from tests.documents import poppler
from tests.documents.conftest import FORMS


def test_all_libraries_draw_the_same_page(forms: Mapping[str, Form], press: Press, faces: Faces) -> None:
    made = paper.drawn(press, forms["notice_accepted"], definition.sample(FORMS / "notice_accepted"), faces)
    pdfs = {name: draw() for name, draw in made.items()}
    ours, said = poppler.page(pdfs["ours"], 100), sorted(poppler.words(pdfs["ours"]).split())
    assert (ours < 128).mean() > 0.02, "it is no empty page"
    for name, pdf in pdfs.items():
        page = poppler.page(pdf, 100)
        # kerning alone would change 6 of 1,000 pixels
        assert (np.abs(page.astype(int) - ours) > 100).mean() < 0.002, name
        assert sorted(poppler.words(pdf).split()) == said, name
        fonts = [line.split()[0] for line in poppler.run(["pdffonts", "-"], pdf).decode().splitlines()[2:]]
        # reportlab names a face of its own that no letter is in
        assert sum("Tinos" in font or "Liberation" in font or "Times" in font for font in fonts) == 4, name


def test_all_libraries_draw_the_page_and_a_batch_is_made() -> None:
    figures = {(figure.case, figure.metric): figure for figure in paper.run(["--documents", "1", "--batch", "100"])}
    assert {case for case, _ in figures} == {"ours", "reportlab", "fpdf2", "fpdf2, one file", "typst", "batch"}
    for case in ("ours", "reportlab", "fpdf2", "typst"):
        assert figures[case, "bytes_per_page"].value > 5000
        assert figures[case, "pages_per_s"].value > 0
    assert figures["ours", "ratio_to_fpdf2"].vs == "fpdf2"
    # 90 papers that were kept would be more than two million bytes; what faces remember is one
    assert figures["batch", "peak_growth_bytes"].value < 1_500_000
