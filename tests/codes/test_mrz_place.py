"""The strip of machine-readable lines is found on drawn cards, upright or a little askew, and on nothing else."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pytest
from PIL import Image, ImageFilter

from central_server.seed.cards import Paper, back, front
from central_server.seed.portraits import Face
from officer_console.codes.mrz_place import strip
from officer_console.codes.pixels import Gray
from officer_console.domain.person import BirthDate, PaperKind, Sex


def drawn(kind: PaperKind, *, scale: float = 1.0, blur: float = 0.0, turned: float = 0.0) -> Gray:
    """The side of a paper with its lines, 640 x 404 pixels times ``scale``."""
    paper = Paper(
        kind=kind,
        number="C1234567" if kind is PaperKind.PASSPORT else "079190001234",
        old_number=None,
        full_name="Đặng Thị Ước",
        birth=BirthDate(year=1990, month=2, day=1),
        sex=Sex.FEMALE,
        address="12 Lê Thánh Tôn, Phường Bến Nghé",
        issued=date(2021, 4, 15),
        expires=date(2030, 2, 1),
        face=Face(sex=Sex.FEMALE, group=1, variant=1),
    )
    side = Image.open(io.BytesIO(front(1, paper) if kind is PaperKind.PASSPORT else back(paper))).convert("L")
    side = side.resize((round(side.width * scale), round(side.height * scale)), Image.Resampling.BICUBIC)
    side = side.rotate(turned, Image.Resampling.BICUBIC, fillcolor=230).filter(ImageFilter.GaussianBlur(blur))
    return np.asarray(side)


@pytest.mark.parametrize(("scale", "blur", "turned"), [(1.0, 0.0, 0.0), (2.0, 1.2, 0.0), (1.5, 0.8, 0.7)])
@pytest.mark.parametrize(
    ("kind", "lines", "wanted"),
    [(PaperKind.CITIZEN_CARD, 3, (22, 282, 562, 382)), (PaperKind.PASSPORT, 2, (22, 346, 614, 395))],
)
def test_the_strip_is_found_where_it_stands(
    kind: PaperKind, lines: int, wanted: tuple[int, ...], scale: float, blur: float, turned: float
) -> None:
    found = strip(drawn(kind, scale=scale, blur=blur, turned=turned), lines)

    assert found is not None
    left, top, right, bottom = (value / scale for value in found)
    assert (top, bottom) == (pytest.approx(wanted[1], abs=14), pytest.approx(wanted[3], abs=16))
    assert left < 40
    assert right > wanted[2] - 80


@pytest.mark.parametrize("shade", [0, 255])
def test_an_even_picture_has_none(shade: int) -> None:
    assert strip(np.full((404, 640), shade, np.uint8), 3) is None


def test_noise_has_none() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (404, 640)).astype(np.uint8)
    assert strip(noise, 3) is None


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (3, 1), (1, 300)])
def test_a_picture_hardly_there_has_none(shape: tuple[int, int]) -> None:
    assert strip(np.zeros(shape, np.uint8), 3) is None
