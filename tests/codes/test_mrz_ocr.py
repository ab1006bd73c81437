"""Machine-readable lines in pictures: what is missing is named; a real child process reads the pixels."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from central_server.seed.mrz import card_lines
from officer_console.codes import mrz_ocr
from officer_console.codes.mrz_ocr import Missing, MrzReader, NotInstalled
from officer_console.codes.pixels import Gray
from officer_console.domain.person import BirthDate, Sex
from tests.codes import samples

LINES = card_lines("001090012345", "Nguyễn Văn An", BirthDate(year=1990, month=1, day=1), Sex.MALE, samples.TODAY)
BLANK: Gray = np.full((60, 80), 255, np.uint8)
OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
POSIX = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script with a first line of #!")


def stand_in(folder: Path, body: str) -> str:
    """Write a program that behaves like tesseract as far as ``body`` says; return its path."""
    script = folder / "tesseract"
    script.write_text(f"#!{sys.executable}\nimport sys\n{body}", encoding="utf-8")
    script.chmod(0o755)
    return str(script)


def reader(folder: Path, body: str) -> MrzReader:
    (folder / "mrz.traineddata").touch()
    found = mrz_ocr.find(folder, program=stand_in(folder, body))
    assert isinstance(found, MrzReader)
    return found


def card(face: Path) -> Gray:
    """Return the back of a card with its lines in a face."""
    image = Image.new("L", (860, 540), 255)
    for row, line in enumerate(LINES):
        place = (60, 370 + 52 * row)
        ImageDraw.Draw(image).text(place, line, font=ImageFont.truetype(str(face), 34), fill=20)
    return np.array(image)


def test_without_tesseract_that_is_what_is_missing(tmp_path: Path) -> None:
    assert mrz_ocr.find(program=str(tmp_path / "tesseract")) == NotInstalled(missing=Missing.TESSERACT)


@POSIX
def test_without_a_model_of_the_face_that_is_what_is_missing(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "print('List of available languages (2):\\neng\\nvie')")

    assert mrz_ocr.find(tmp_path, program=program) == NotInstalled(missing=Missing.MODEL)


@POSIX
def test_a_model_among_tesseracts_own_is_found(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "print('List of available languages (2):\\neng\\nocrb')")

    assert mrz_ocr.find(program=program) == MrzReader(program=Path(program), model="ocrb", folder=None)


@POSIX
def test_the_pixels_arrive_whole_and_the_lines_come_back(tmp_path: Path) -> None:
    body = f"""
picture = sys.stdin.buffer.read()
head, pixels = picture.split(b" 255\\n", 1)
kind, columns, rows = head.split()
assert kind == b"P5" and len(pixels) == int(columns) * int(rows), head
assert sys.argv[1:7] == ["stdin", "stdout", "-l", "mrz", "--psm", "6"], sys.argv
assert "--tessdata-dir" in sys.argv
print({chr(10).join(LINES)!r} if int(rows) == 60 else "CAN CUOC")
"""
    found = reader(tmp_path, body).read(BLANK, today=samples.TODAY)

    assert found is not None
    assert (found.personal_number, found.failed) == ("001090012345", ())


@POSIX
@pytest.mark.parametrize(
    "body", ["sys.exit(1)", "print('nothing to see')", "sys.stdout.buffer.write(bytes(range(256)))"]
)
def test_a_tesseract_that_fails_or_babbles_has_read_nothing(tmp_path: Path, body: str) -> None:
    assert reader(tmp_path, body).read(BLANK, today=samples.TODAY) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only installer/setup.sh installs tesseract")
def test_the_real_program_reads_the_lines_of_a_card() -> None:
    """In a face that ``eng`` reads; distributions have no model of OCR-B, and `find` takes no other."""
    program = shutil.which("tesseract")
    assert program is not None
    image = card(DEJAVU)

    read = MrzReader(program=Path(program), model="eng", folder=None).read(image, today=samples.TODAY)

    assert read is not None
    assert (read.personal_number, read.full_name, read.failed) == ("001090012345", "NGUYEN VAN AN", ())
    assert MrzReader(program=Path(program), model="eng", folder=None).read(BLANK, today=samples.TODAY) is None
    assert MrzReader(program=Path(program), model="no-such", folder=None).read(image, today=samples.TODAY) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only installer/setup.sh installs tesseract")
def test_a_model_of_written_language_is_not_taken_for_one_of_the_face() -> None:
    assert "eng" in subprocess.run(["tesseract", "--list-langs"], capture_output=True, check=True, text=True).stdout
    assert not isinstance(found := mrz_ocr.find(), MrzReader) or found.model in mrz_ocr.MODELS


def test_a_drawn_card_is_read_by_the_real_program() -> None:
    found = mrz_ocr.find(*filter(None, [Path(os.environ["MRZ_MODEL"]) if "MRZ_MODEL" in os.environ else None]))
    if not isinstance(found, MrzReader) or not OCR_B.exists():
        pytest.skip("tesseract, its model mrz.traineddata or the font OCR-B is not installed")

    read = found.read(card(OCR_B), today=samples.TODAY)

    assert read is not None
    assert (read.personal_number, read.full_name, read.failed) == ("001090012345", "NGUYEN VAN AN", ())
