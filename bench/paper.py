"""``python -m bench paper [--documents N] [--batch N]``: papers a second, and bytes and memory, beside other libraries.

All draw the same page, the filled notice of acceptance: the same words at the same places in the same faces, embedded
and cut to their letters, and one code as rectangles. Each document is a file of its own, as an office prints it; they
take turns, so that all meet the machine in the same state. ``ours``, reportlab and typst keep the faces from file to
file; fpdf2 cannot, its faces belong to a file. So there is a second measure of it: ``fpdf2, one file`` draws the page
as often into one file, reads and cuts each face once, and spares what every file of ours has of its own. ``ours`` also
does what the others do not: it breaks the lines, tags the text and writes PDF/A. ``batch`` makes ``--batch`` notices of
different people with a code each.
"""

from __future__ import annotations

import argparse
import io
import mmap
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.figures import Figure
from bench.papers import archive
from officer_console import data
from officer_console.codes.forms import form_text, mac_of, signed_bytes
from officer_console.documents import definition, filling, fonts, words
from officer_console.documents.definition import Form
from officer_console.documents.fields import Data
from officer_console.documents.filled import Filled
from officer_console.documents.filling import Letterhead
from officer_console.documents.fonts import Faces
from officer_console.documents.pages import Sheet
from officer_console.documents.render import Press
from officer_console.documents.setting import WIDE
from officer_console.documents.text import Cleaner

SEED = 20261123
_FORM = "notice_accepted"
_WHEN = datetime(2026, 2, 5, 2, 0, tzinfo=UTC)
_HEAD = Letterhead(
    parent_office="Bảo hiểm xã hội Thành phố Hồ Chí Minh",
    office="Bảo hiểm xã hội cơ sở Tân Định",
    place="Thành phố Hồ Chí Minh",
    address="117C Nguyễn Đình Chính, Phường Phú Nhuận, Thành phố Hồ Chí Minh",
    capacity="GIÁM ĐỐC",
    signer="Trần Quốc Vượng",
)

Draw = Callable[[], bytes]


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Measure single documents of all libraries in turn, then a batch of ours."""
    parser = argparse.ArgumentParser(prog="python -m bench paper")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--batch", type=int, default=1000)
    options = parser.parse_args(arguments)
    base = data.folder("forms")
    form, faces = definition.load(base / _FORM), fonts.load()
    press = Press(faces)
    draws = drawn(press, form, definition.sample(base / _FORM), faces)
    sizes = {name: len(draw()) for name, draw in draws.items()}
    spent: dict[str, list[float]] = {name: [] for name in draws}
    for _ in range(options.documents):
        for name, draw in draws.items():
            began = time.perf_counter()
            draw()
            spent[name].append(time.perf_counter() - began)
    count = options.documents
    for name in draws:
        yield _figure(name, "pages_per_s", 1 / median(spent[name]), "1/s", count)
        yield _figure(name, "bytes_per_page", sizes[name], "bytes", count)
    for other in ("reportlab", "fpdf2", "typst"):
        ratio = median(there / here for here, there in zip(spent["ours"], spent[other], strict=True))
        yield _figure("ours", f"ratio_to_{other}", ratio, "1", count, vs=other)
    together = _fpdf2(_sheet(form, definition.sample(base / _FORM), faces), faces, pages=count)
    began = time.perf_counter()
    size = len(together())
    page_seconds = (time.perf_counter() - began) / count
    yield _figure("fpdf2, one file", "pages_per_s", 1 / page_seconds, "1/s", count)
    yield _figure("fpdf2, one file", "bytes_per_page", size / count, "bytes", count)
    ratio = page_seconds / median(spent["ours"])
    yield _figure("ours", "ratio_to_fpdf2_one_file", ratio, "1", count, vs="fpdf2, one file")
    yield from _batch(press, form, base_words=words.load(base), count=options.batch)


def drawn(press: Press, form: Form, sample: Data, faces: Faces) -> dict[str, Draw]:
    """Return how each library makes the file, by its name; a test lays the pages upon one another."""
    sheet = _sheet(form, sample, faces)
    return {
        "ours": lambda: press.paper(form, sample, made_at=_WHEN).pdf,
        "reportlab": _reportlab(sheet, faces),
        "fpdf2": _fpdf2(sheet, faces),
        "typst": _typst(sheet, faces),
    }


def _batch(press: Press, form: Form, base_words: words.Words, count: int) -> Iterator[Figure]:
    """Make one notice after the other; what stays in memory between the tenth part and the end is the growth.

    ``peak_growth_bytes`` is of what Python holds, ``resident_growth_bytes`` of the whole process (Linux).
    """
    filled = [
        filling.notice_accepted(one, _HEAD, base_words, issued_on=_WHEN.date(), code=_code(one.number, form))
        for one in archive(count, seed=SEED, today=_WHEN.date())
    ]
    early = max(1, count // 10)
    resident: list[int] = []
    began, pages, size = time.perf_counter(), 0, 0
    for number, paper in enumerate(press.batch(form, filled, made_at=_WHEN), 1):
        pages += paper.pages
        size += len(paper.pdf)
        if number in {early, count}:
            resident += _resident()
    seconds = time.perf_counter() - began
    yield _figure("batch", "pages_per_s", pages / seconds, "1/s", count)
    yield _figure("batch", "bytes_per_page", size / pages, "bytes", count)
    if resident:
        yield _figure("batch", "resident_growth_bytes", resident[-1] - resident[0], "bytes", count)
    tracemalloc.start()
    peaks = []
    for number, _ in enumerate(press.batch(form, filled, made_at=_WHEN), 1):
        if number in {early, count}:
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()
    tracemalloc.stop()
    yield _figure("batch", "peak_growth_bytes", peaks[-1] - peaks[0], "bytes", count)


def _code(number: str, form: Form) -> str:
    """Return the code of a sheet under a key of the benchmark's own."""
    signed = signed_bytes(number, form.kind, 1, form.version, 1, 1)
    return form_text(signed, mac_of("5b" * 32, signed))


def _resident() -> list[int]:
    """Return the bytes the process holds in memory, or nothing where the system does not tell."""
    told = Path("/proc/self/statm")
    return [int(told.read_text(encoding="ascii").split()[1]) * mmap.PAGESIZE] if told.exists() else []


def _figure(case: str, metric: str, value: float, unit: str, n: int, vs: str | None = None) -> Figure:
    return Figure(bench="paper", case=case, metric=metric, value=value, unit=unit, n=n, vs=vs)


def _sheet(form: Form, sample: Data, faces: Faces) -> Sheet:
    """Return our page as placed letters, rules and rectangles, for the others to draw."""
    from officer_console.documents import pages
    from officer_console.documents.layout import Layout

    filled = Filled(form, sample, faces, Cleaner(faces))
    strips = Layout(filled, faces, form.size, WIDE).strips(form.body, pages.inner_width(form.page))
    (sheet,) = pages.sheets(strips, form, filled, faces)
    return sheet


def _words(sheet: Sheet, faces: Faces) -> Iterator[tuple[float, float, int, float, str]]:
    """Yield x, baseline, face, size and letters; a stretched line word by word."""
    for text in sheet.texts:
        x = text.x
        for face, letters in text.segments:
            for place, word in enumerate(letters.split(" ") if text.gap else [letters]):
                if place:
                    x += faces[face].width(" ", text.size) + text.gap
                if word:
                    yield x, text.y, face, text.size, word
                    x += faces[face].width(word, text.size)


def _reportlab(sheet: Sheet, faces: Faces) -> Draw:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for number, face in enumerate(faces):
        pdfmetrics.registerFont(TTFont(f"F{number}", str(face.file)))
    placed = list(_words(sheet, faces))

    def draw() -> bytes:
        target = io.BytesIO()
        canvas = Canvas(target, (sheet.width, sheet.height), pageCompression=1)
        for x, y, face, size, letters in placed:
            canvas.setFont(f"F{face}", size)
            canvas.drawString(x, y, letters)
        for rule in sheet.rules:
            canvas.setLineWidth(rule.width)
            canvas.line(rule.x0, rule.y0, rule.x1, rule.y1)
        for x, y, width, height in sheet.bars:
            canvas.rect(x, y, width, height, stroke=0, fill=1)
        canvas.save()
        return target.getvalue()

    return draw


def _fpdf2(sheet: Sheet, faces: Faces, *, pages: int = 1) -> Draw:
    import logging

    from fpdf import FPDF

    # it tells of every table it leaves out of a face
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    placed = list(_words(sheet, faces))

    def draw() -> bytes:
        page = FPDF(unit="pt", format=(sheet.width, sheet.height))
        page.set_auto_page_break(auto=False)
        for number in sorted({face for _, _, face, _, _ in placed}):
            page.add_font(f"F{number}", fname=faces[number].file)
        for _ in range(pages):
            page.add_page()
            for x, y, face, size, letters in placed:
                page.set_font(f"F{face}", size=size)
                page.text(x, sheet.height - y, letters)
            for rule in sheet.rules:
                page.set_line_width(rule.width)
                page.line(rule.x0, sheet.height - rule.y0, rule.x1, sheet.height - rule.y1)
            for x, y, width, height in sheet.bars:
                page.rect(x, sheet.height - y - height, width, height, style="F")
        return bytes(page.output())

    return draw


def _typst(sheet: Sheet, faces: Faces) -> Draw:
    import typst

    styles = ('weight: "regular"', 'weight: "bold"', 'style: "italic"', 'weight: "bold", style: "italic"')
    rows = [
        f"#set page(width: {sheet.width}pt, height: {sheet.height}pt, margin: 0pt)",
        f'#set text(font: "{faces[0].facts.name}", top-edge: "baseline", bottom-edge: "baseline", '
        "kerning: false, ligatures: false)",
    ]
    for x, y, face, size, letters in _words(sheet, faces):
        quoted = letters.replace("\\", "\\\\").replace('"', '\\"')
        rows.append(
            f"#place(top + left, dx: {x:.2f}pt, dy: {sheet.height - y:.2f}pt, "
            f'text(size: {size}pt, {styles[face]}, "{quoted}"))'
        )
    for rule in sheet.rules:
        start, end = (rule.x0, sheet.height - rule.y0), (rule.x1, sheet.height - rule.y1)
        rows.append(
            f"#place(top + left, line(start: ({start[0]:.2f}pt, {start[1]:.2f}pt), "
            f"end: ({end[0]:.2f}pt, {end[1]:.2f}pt), stroke: {rule.width}pt))"
        )
    for x, y, width, height in sheet.bars:
        rows.append(
            f"#place(top + left, dx: {x:.3f}pt, dy: {sheet.height - y - height:.3f}pt, "
            f"rect(width: {width:.3f}pt, height: {height:.3f}pt, fill: black))"
        )
    source = "\n".join(rows).encode("utf-8")
    compiler = typst.Compiler(font_paths=[str(faces[0].file.parent)], ignore_system_fonts=True)

    def draw() -> bytes:
        made = compiler.compile(input=source, format="pdf")
        assert isinstance(made, bytes)  # noqa: S101 - a list only of several pictures
        return made

    return draw
