"""What the theme gives: colours that contrast, sizes and spaces from one scale."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from officer_console.views import theme
from officer_console.views.theme import DARK, LIGHT, Kind, Tokens


def luminance(colour: QColor) -> float:
    parts_of = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts_of)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str | QColor, other: str | QColor) -> float:
    low, high = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_reaches_the_contrast_of_four_and_a_half(tokens: Tokens) -> None:
    pairs = [
        (tokens.text, tokens.window),
        (tokens.text, tokens.surface),
        (tokens.muted, tokens.window),
        (tokens.muted, tokens.surface),
        (tokens.muted, tokens.hover),
        (tokens.muted, tokens.info_ground),
        (tokens.text, tokens.info_ground),
        (tokens.on_accent, tokens.accent),
        (tokens.on_accent, tokens.accent_strong),
        (tokens.bad, tokens.surface),
        (tokens.surface, tokens.bad),
        *(tokens.pair(kind) for kind in Kind),
        *((tokens.pair(kind)[0], tokens.surface) for kind in Kind),
    ]
    weak = [(QColor(a).name(), QColor(b).name(), contrast(a, b)) for a, b in pairs if contrast(a, b) < 4.5]
    assert weak == []


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_and_the_focus_ring_reach_three(tokens: Tokens) -> None:
    for edge in (tokens.control, tokens.accent, tokens.bad):
        assert contrast(edge, tokens.surface) >= 3


def test_sizes_of_type_come_from_one_scale(qapp: QApplication, look: Callable[..., None]) -> None:
    look(scale=1.5)
    assert qapp.font().pointSizeF() == pytest.approx(15)
    assert theme.font(theme.Role.TITLE, 1.5).pointSizeF() == pytest.approx(24)


def test_the_space_scale_grows() -> None:
    assert all(small < large for small, large in pairwise(theme.Space))
