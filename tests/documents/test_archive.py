"""What is written can be archived: PDF/A-2a and PDF/UA-1 to veraPDF, no data in the title, the same bytes again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
import pytest

from officer_console.documents import definition, fonts
from officer_console.documents.definition import Form
from officer_console.documents.errors import DocumentError
from officer_console.documents.fonts import Face, Faces
from officer_console.documents.render import Press, render
from tests.documents import hostile, poppler, verapdf
from tests.documents.conftest import FORMS, MADE_AT, NAMES
from tests.documents.test_layout import with_texts

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="veraPDF is installed for the tests on Linux only")


def liberation() -> Path:
    """Return the folder of the second family."""
    return next(folder for folder in fonts.usual_folders() if (folder / "LiberationSerif-Regular.ttf").is_file())


@LINUX
def test_verapdf_has_nothing_against_any_document(forms: Mapping[str, Form], press: Press, tmp_path: Path) -> None:
    files = []

    def add(name: str, pdf: bytes) -> None:
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(pdf)

    texts = list(hostile.texts())
    for number, name in enumerate(NAMES):
        sample = definition.sample(FORMS / name)
        add(name, press.paper(forms[name], sample, made_at=MADE_AT).pdf)
        data, _ = with_texts(forms[name], sample, texts[number * 30 :])
        add(f"{name}-hostile", press.paper(forms[name], data, made_at=MADE_AT).pdf)
    lists = definition.sample(FORMS / "queue_list")
    add("bound", press.bound(forms["queue_list"], (lists, {**lists, "count": "35"}), made_at=MADE_AT).pdf)
    assert verapdf.complaints(files, "2a", "ua1") == []


@LINUX
def test_verapdf_would_have_something_to_say(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    plain = Canvas(str(tmp_path / "plain.pdf"))
    plain.drawString(100, 100, "An")
    plain.save()
    said = verapdf.complaints([tmp_path / "plain.pdf"], "2a", "ua1")
    assert any("2a plain.pdf 6.2.11.4.1" in line for line in said), "the font is not embedded"
    assert any("ua1 plain.pdf 7.1" in line for line in said), "nothing is tagged"


@pytest.mark.parametrize("name", NAMES)
def test_neither_title_nor_metadata_name_anybody(name: str, forms: Mapping[str, Form], press: Press) -> None:
    sample = definition.sample(FORMS / name)
    pdf = press.paper(forms[name], sample, made_at=MADE_AT).pdf
    told = poppler.run(["pdfinfo", "-"], pdf).decode()
    meta = poppler.run(["pdfinfo", "-meta", "-"], pdf)
    assert forms[name].title in meta.decode()
    for field, value in sample.items():
        if not isinstance(value, str) or len(value) < 4 or forms[name].fields[field].kind.value == "date":
            continue
        assert value not in told
        assert value not in meta.decode()
        assert value.encode() not in pdf, "nothing stands in the file in the clear"


def test_the_same_data_give_the_same_bytes(forms: Mapping[str, Form], faces: Faces) -> None:
    sample = definition.sample(FORMS / "receipt")
    first = render(forms["receipt"], sample, faces, made_at=MADE_AT)
    press = Press(faces)
    press.paper(forms["declaration"], definition.sample(FORMS / "declaration"), made_at=MADE_AT)
    assert press.paper(forms["receipt"], sample, made_at=MADE_AT).pdf == first


def test_the_text_is_in_reading_order_with_its_structure(forms: Mapping[str, Form], press: Press) -> None:
    pdf = press.paper(forms["declaration"], definition.sample(FORMS / "declaration"), made_at=MADE_AT).pdf
    told = poppler.run(["pdfinfo", "-struct-text", "-"], pdf).decode()
    roles = {line.strip().split(" (")[0].rstrip(":") for line in told.splitlines() if not line.strip().startswith('"')}
    assert {"Document", "H1", "P", "Table", "TR", "TH", "TD"} <= roles
    assert "Thành phố Hồ Chí Minh" in told, "words stay apart where a line was broken"
    order = [
        told.index(words)
        for words in ("TỜ KHAI", "NGUYỄN THỊ HỒNG HẠNH", "Số điện thoại di động", "(Ký, ghi rõ họ tên)")
    ]
    assert order == sorted(order)


def test_a_second_reader_opens_the_file(forms: Mapping[str, Form], press: Press) -> None:
    paper = press.paper(forms["tk1_ts"], definition.sample(FORMS / "tk1_ts"), made_at=MADE_AT)
    document = pypdfium2.PdfDocument(paper.pdf)
    try:
        assert len(document) == paper.pages
        assert "ĐẶNG THÙY DƯƠNG" in document[0].get_textpage().get_text_range()
    finally:
        document.close()


def test_only_the_letters_in_use_are_embedded(forms: Mapping[str, Form], press: Press) -> None:
    pdf = press.paper(forms["receipt"], definition.sample(FORMS / "receipt"), made_at=MADE_AT).pdf
    listed = poppler.run(["pdffonts", "-"], pdf).decode()
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert rows
    assert all(row[0][6] == "+" and row[-5:-2] == ["yes", "yes", "yes"] for row in rows), listed
    assert len(pdf) < 40_000


@LINUX
def test_the_second_family_does_as_well(forms: Mapping[str, Form], tmp_path: Path) -> None:
    faces = fonts.load([liberation()])
    assert faces[0].file.name == "LiberationSerif-Regular.ttf"
    pdf = render(forms["receipt"], definition.sample(FORMS / "receipt"), faces, made_at=MADE_AT)
    (tmp_path / "receipt.pdf").write_bytes(pdf)
    assert verapdf.complaints([tmp_path / "receipt.pdf"], "2a") == []
    assert "GIẤY TIẾP NHẬN HỒ SƠ" in poppler.words(pdf)


def test_a_machine_without_the_faces_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        fonts.load([tmp_path])
    assert caught.value.code == "font-missing"


def test_times_of_windows_goes_before_the_others(tmp_path: Path, faces: Faces) -> None:
    styles = ("Regular", "Bold", "Italic", "BoldItalic")
    windows = ("times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf")
    for style, name, face in zip(styles, windows, faces, strict=True):
        (tmp_path / f"Tinos-{style}.ttf").write_bytes(face.file.read_bytes())
        (tmp_path / name).write_bytes(face.file.read_bytes())
    assert [face.file.name for face in fonts.load([tmp_path])] == list(windows)
    (tmp_path / "timesbi.ttf").unlink()
    assert fonts.load([tmp_path])[0].file.name == "Tinos-Regular.ttf", "only a family that is whole"


@pytest.mark.parametrize(("platform", "last"), [("win32", Path("D:/WINNT/Fonts")), ("linux", None)])
def test_faces_are_looked_for_in_the_bundle_and_where_the_system_keeps_them(
    platform: str, last: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("SYSTEMROOT", "D:/WINNT")
    folders = fonts.usual_folders()
    assert folders[0] == Path(fonts.__file__).parents[1] / "_data" / "fonts"
    assert (
        folders[1:] == (last,)
        if last
        else all(folder.parts[1:4] == ("usr", "share", "fonts") for folder in folders[1:])
    )


def test_faces_that_are_damaged_or_lack_vietnamese_are_told_of(tmp_path: Path, faces: Faces) -> None:
    styles = ("Regular", "Bold", "Italic", "BoldItalic")
    for style, face in zip(styles, faces, strict=True):
        (tmp_path / f"Tinos-{style}.ttf").write_bytes(face.file.read_bytes())
    assert fonts.load([tmp_path])[0].file.parent == tmp_path
    (tmp_path / "Tinos-Bold.ttf").write_bytes(faces[1].file.read_bytes()[:5000])
    with pytest.raises(DocumentError) as caught:
        fonts.load([tmp_path])
    assert (caught.value.code, caught.value.data["file"]) == ("font-unfit", "Tinos-Regular.ttf")


def test_a_face_that_forbids_embedding_is_not_embedded(tmp_path: Path, faces: Faces) -> None:
    data = bytearray(faces[0].file.read_bytes())
    count = int.from_bytes(data[4:6], "big")
    for entry in range(12, 12 + 16 * count, 16):
        if data[entry : entry + 4] == b"OS/2":
            start = int.from_bytes(data[entry + 8 : entry + 12], "big")
            data[start + 8 : start + 10] = b"\x00\x02"
    (tmp_path / "Tinos-Regular.ttf").write_bytes(data)
    assert not Face(tmp_path / "Tinos-Regular.ttf").embeddable
    assert faces[0].embeddable


def test_characters_that_look_alike_are_read_back_as_the_usual_ones(press: Press, forms: Mapping[str, Form]) -> None:
    data = {**definition.sample(FORMS / "notice_accepted"), "address": "Số\u00a05 phố Ðặng Đình"}
    read = poppler.text(press.paper(forms["notice_accepted"], data, made_at=MADE_AT).pdf)
    assert "\u00a0" not in read
    assert "NGUYỄN THỊ HỒNG HẠNH" in read
    assert "Đình" in read


def test_every_letter_of_vietnamese_is_read_back(press: Press, forms: Mapping[str, Form]) -> None:
    letters = "".join(sorted(letter for letter in fonts.NEEDED if letter.isalpha()))
    data = {**definition.sample(FORMS / "notice_accepted"), "address": " ".join(letters)}
    pdf = press.paper(forms["notice_accepted"], data, made_at=MADE_AT).pdf
    assert letters in "".join(poppler.words(pdf).split())
