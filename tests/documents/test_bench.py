"""The benchmark of papers runs and gives the figures later runs compare."""

from __future__ import annotations

from bench import paper


def test_all_libraries_draw_the_page_and_a_batch_is_made() -> None:
    figures = {(figure.case, figure.metric): figure for figure in paper.run(["--documents", "1", "--batch", "100"])}
    assert {case for case, _ in figures} == {"ours", "reportlab", "fpdf2", "typst", "batch"}
    for case in ("ours", "reportlab", "fpdf2", "typst"):
        assert figures[case, "bytes_per_page"].value > 5000
        assert figures[case, "pages_per_s"].value > 0
    assert figures["ours", "ratio_to_fpdf2"].vs == "fpdf2"
    # 90 papers that were kept would be more than two million bytes
    assert figures["batch", "peak_growth_bytes"].value < 1_000_000
