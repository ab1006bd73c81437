"""Where the office signs: told for every paper, inside the page, white, and under what the form says of the signer."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from officer_console.documents import definition, raster
from officer_console.documents.definition import Form
from officer_console.documents.render import Press
from tests.documents.conftest import FORMS, MADE_AT, NAMES

SIGNED_BY_NOBODY = {"queue_list", "vssid_guide"}
DPI = 72
# The upper and lower edge of the room may touch the strokes of letters beside it.
EDGE = 2


@pytest.mark.parametrize("name", NAMES)
def test_the_last_place_to_sign_is_white_and_wide_enough(name: str, forms: Mapping[str, Form], press: Press) -> None:
    made = press.paper(forms[name], definition.sample(FORMS / name), made_at=MADE_AT)
    if name in SIGNED_BY_NOBODY:
        assert made.place is None
        return
    assert made.place is not None
    assert 0 <= made.place.page < made.pages
    left, bottom, right, top = (round(side) for side in made.place.box)
    assert right - left > 150
    assert top - bottom > 35
    drawn = raster.page(made.pdf, made.place.page, DPI)
    assert 0 <= left < right <= drawn.width
    for row in range(drawn.height - top + EDGE, drawn.height - bottom - EDGE):
        start = (row * drawn.width + left) * 3
        assert set(drawn.rgb[start : start + (right - left) * 3]) == {255}, row
    # The signer's name or office stands right above it.
    above = drawn.rgb[(drawn.height - top - 40) * drawn.width * 3 : (drawn.height - top) * drawn.width * 3]
    assert set(above) != {255}
