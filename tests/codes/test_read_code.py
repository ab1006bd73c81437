"""``officer-console read-code``: files in, one line a code out; the gate's child decodes them."""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from bench import code_photos
from officer_console.__main__ import main
from officer_console.codes.forms import form_text, signed_bytes


def sheet(*texts: bytes) -> Image.Image:
    """Draw codes below each other on an A4 page of 150 dpi."""
    page = Image.new("L", (1240, 1754), 255)
    for row, text in enumerate(texts):
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
        page.paste(Image.fromarray(np.asarray(code)), (100, 100 + 500 * row))
    return page


@pytest.fixture
def card(tmp_path: Path) -> tuple[Path, list[str]]:
    """Return a photo of a card and the fields of its code."""
    (photo,) = (photo for photo in code_photos.photos(11, per_kind=1) if photo.kind == "phone")
    path = tmp_path / "thẻ.jpg"
    Image.fromarray(photo.pixels).save(path, quality=90)
    return path, photo.payload.decode().split("|")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_photo_of_a_card_is_one_line_of_json(
    card: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    path, fields = card

    assert main(["read-code", "--json", str(path)]) == 0

    (line,) = lines(capsys)
    assert set(line) == {"file", "page", "kind", "fields", "decoder", "milliseconds"}
    assert (line["file"], line["page"], line["kind"]) == (str(path), 1, "citizen-card")
    read = line["fields"]
    assert isinstance(read, dict)
    assert (read["number"], read["full_name"], read["address"]) == (fields[0], fields[2], fields[5])
    assert isinstance(line["milliseconds"], float)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are text")
def test_a_file_whose_name_is_no_text_is_read_and_those_after_it(
    card: tuple[Path, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, _fields = card
    odd = tmp_path / os.fsdecode(b"th\xe1.jpg")
    odd.write_bytes(path.read_bytes())

    assert main(["read-code", "--json", str(odd), str(path)]) == 0
    assert [line["file"] for line in lines(capsys)] == [f"{tmp_path}/th\\xe1.jpg", str(path)]
    assert main(["read-code", "--json", str(tmp_path / os.fsdecode(b"\xe1.jpg")), str(path)]) == 1
    assert len(lines(capsys)) == 1


def test_every_code_on_every_page_of_a_pdf_has_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = form_text(signed_bytes("1000123/07906", 1, 3), bytes(8)).encode()
    citizen = code_photos.payload(random.Random(4)).encode()
    path = tmp_path / "pages.pdf"
    sheets = [sheet(form, citizen), sheet(b"something else")]
    sheets[0].save(path, "PDF", resolution=150, save_all=True, append_images=sheets[1:])

    assert main(["read-code", "--json", str(path)]) == 0

    read = lines(capsys)
    assert [(line["page"], line["kind"]) for line in read] == [(1, "form"), (1, "citizen-card"), (2, "unknown")]
    assert read[0]["fields"] == {
        "file_number": "1000123/07906",
        "form_kind": 1,
        "version": 3,
        "standing": "unchecked",
        "edition": 0,
        "page": 0,
        "pages": 0,
    }
    assert read[2]["fields"] == {"text": "something else", "fault": None}


def test_a_file_without_code_or_that_cannot_be_read_is_named_and_the_others_are_read(
    card: tuple[Path, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blank, broken, absent = tmp_path / "trang.png", tmp_path / "hong.png", tmp_path / "khong-co.png"
    sheet().save(blank)
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")

    assert main(["read-code", "--json", *map(str, (blank, broken, absent, card[0]))]) == 1

    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert [path.name in line for path, line in zip((blank, broken, absent), said.err.splitlines(), strict=True)] == [
        True
    ] * 3


def test_without_json_the_fields_stand_below_each_other(
    card: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read-code", str(card[0])]) == 0

    first, *rest = capsys.readouterr().out.splitlines()
    assert "citizen-card" in first
    assert f"    number: {card[1][0]}" in rest


def test_lines_asked_for_where_tesseract_is_missing_say_what_to_install(
    card: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert main(["read-code", "--mrz", str(card[0])]) == 3
    assert "tesseract" in capsys.readouterr().err
