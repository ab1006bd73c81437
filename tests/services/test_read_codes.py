"""Cards in a file that holds other codes as well: nothing that is read first hides them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import cast

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from officer_console.codes.mrz import Mrz, MrzFormat
from officer_console.codes.mrz_ocr import MrzReader
from officer_console.codes.pixels import Gray
from officer_console.domain.person import BirthDate, Sex
from officer_console.imaging.gate import Gate
from officer_console.services.read_codes import LinesReading, ReadCodes, Reading
from tests.codes import samples

FORM = b"HS1:1000123/07906:01:3:00000000000000000001"
LINES = Mrz(
    format=MrzFormat.TD1,
    document_code="ID",
    issuer="VNM",
    number="090012345",
    personal_number="001090012345",
    full_name="NGUYEN VAN AN",
    birth=BirthDate(year=1990, month=1, day=1),
    sex=Sex.MALE,
    expires=None,
    nationality="VNM",
    failed=(),
    repaired=(),
)


class Lines:
    """Reads the same lines on every page."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, _image: Gray, *, today: date) -> Mrz:
        assert today == samples.TODAY
        self.asked += 1
        return LINES


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.close()


def sheet(text: bytes) -> bytes:
    code = np.asarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=5))
    page = Image.new("L", (800, 800), 255)
    page.paste(Image.fromarray(code), (100, 100))
    written = io.BytesIO()
    page.save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(("code", "asked"), [(FORM, 1), (b"https://example.invalid/a", 1), (samples.CARD_2021, 0)])
def test_lines_are_looked_for_wherever_no_card_was_found(gate: Gate, code: bytes, asked: int) -> None:
    lines = Lines()
    read = list(ReadCodes(gate, lines=cast("MrzReader", lines)).read(sheet(code), today=samples.TODAY))
    assert lines.asked == asked
    assert [type(one) for one in read] == [Reading, LinesReading][: 1 + asked]
