"""Colours, spacing and type of the whole program, and the one style sheet made from them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from officer_console.views.assets import asset

FAMILIES = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")
RADIUS = 4


class Space(IntEnum):
    """Distances in device-independent pixels; no others are used."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 32


class Role(StrEnum):
    """What a text is to the reader; decides size, weight and colour."""

    BODY = "body"
    MUTED = "muted"
    SECONDARY = "secondary"
    STRONG = "strong"
    SECTION = "section"
    TITLE = "title"
    ERROR = "error"


class Kind(StrEnum):
    """What a result or a chip tells: the colour pair it is drawn with."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    NEUTRAL = "neutral"


POINTS = {
    Role.BODY: 10.0,
    Role.MUTED: 10.0,
    Role.SECONDARY: 9.0,
    Role.STRONG: 10.0,
    Role.SECTION: 12.0,
    Role.TITLE: 16.0,
    Role.ERROR: 9.0,
}
_SEMIBOLD = frozenset({Role.STRONG, Role.SECTION, Role.TITLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One palette; every pair of text and ground reaches 4.5 : 1."""

    window: str
    surface: str
    line: str
    control: str
    text: str
    muted: str
    accent: str
    accent_strong: str
    on_accent: str
    ok: str
    ok_ground: str
    warn: str
    warn_ground: str
    bad: str
    bad_ground: str
    info: str
    info_ground: str
    hover: str
    disabled: str

    def pair(self, kind: Kind) -> tuple[str, str]:
        """Return the text colour and the ground of ``kind``."""
        return {
            Kind.OK: (self.ok, self.ok_ground),
            Kind.WARN: (self.warn, self.warn_ground),
            Kind.BAD: (self.bad, self.bad_ground),
            Kind.INFO: (self.info, self.info_ground),
            Kind.NEUTRAL: (self.muted, self.window),
        }[kind]


LIGHT = Tokens(
    window="#F5F6F8",
    surface="#FFFFFF",
    line="#D5DAE1",
    control="#8A94A2",
    text="#1B2430",
    muted="#55606E",
    accent="#0B5CAD",
    accent_strong="#084A8C",
    on_accent="#FFFFFF",
    ok="#1B6E3C",
    ok_ground="#E6F4EA",
    warn="#8A4B00",
    warn_ground="#FFF1DC",
    bad="#A61B1B",
    bad_ground="#FDE8E8",
    info="#0B5CAD",
    info_ground="#E5F0FB",
    hover="#EDF1F6",
    disabled="#7A8491",
)
DARK = Tokens(
    window="#15191F",
    surface="#1D232B",
    line="#36404C",
    control="#748291",
    text="#E7ECF2",
    muted="#A3AFBD",
    accent="#6CB2FF",
    accent_strong="#93C7FF",
    on_accent="#0B1A2B",
    ok="#7ED99B",
    ok_ground="#173626",
    warn="#FFC46B",
    warn_ground="#3A2A10",
    bad="#FF9C9C",
    bad_ground="#431B1B",
    info="#9CCBFF",
    info_ground="#14304D",
    hover="#28303A",
    disabled="#8693A1",
)


def tokens(widget: QWidget | None = None) -> Tokens:
    """Return the palette that is in force, read from the widget's (or the application's) own palette."""
    palette = widget.palette() if widget is not None else QApplication.palette()
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def font(role: Role = Role.BODY, scale: float = 1.0) -> QFont:
    """Return the font of ``role``; ``scale`` is the officer's text size, 1.0 is 100 %."""
    result = QFont()
    result.setFamilies(list(FAMILIES))
    result.setPointSizeF(POINTS[role] * scale)
    if role in _SEMIBOLD:
        result.setWeight(QFont.Weight.DemiBold)
    return result


def scale(widget: QWidget | None = None) -> float:
    """Return the officer's text size, 1.0 is 100 %."""
    base = widget.font() if widget is not None else QApplication.font()
    return max(1.0, base.pointSizeF() / POINTS[Role.BODY])


def figures(base: QFont) -> QFont:
    """Return ``base`` with tabular figures, so that numbers in a column stand under each other."""
    result = QFont(base)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def apply(app: QApplication, *, dark: bool = False, scale: float = 1.0) -> Tokens:
    """Give the application Fusion, the palette, the font and the style sheet; may be called again to switch.

    ``scale`` multiplies every text size (1.0 to 2.0).
    """
    chosen = DARK if dark else LIGHT
    app.setStyle("Fusion")
    app.setPalette(_palette(chosen))
    app.setFont(font(scale=scale))
    app.setStyleSheet(style_sheet(chosen, scale))
    return chosen


def style_sheet(chosen: Tokens, scale: float = 1.0) -> str:
    """Return the style sheet of the program: ``resources/styles/console.qss`` with the tokens put in."""
    points = {f"pt_{role.value}": f"{size * scale:g}pt" for role, size in POINTS.items()}
    arrow = asset("icons", "chevron-down-small.svg").as_posix()
    tick = asset("icons", "tick-dark.svg" if chosen is DARK else "tick-light.svg").as_posix()
    template = Template(asset("styles", "console.qss").read_text(encoding="utf-8"))
    return template.substitute(asdict(chosen), **points, radius=f"{RADIUS}px", arrow=arrow, tick=tick)


def _palette(chosen: Tokens) -> QPalette:
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, value in (
        (roles.Window, chosen.window),
        (roles.WindowText, chosen.text),
        (roles.Base, chosen.surface),
        (roles.AlternateBase, chosen.window),
        (roles.Text, chosen.text),
        (roles.Button, chosen.surface),
        (roles.ButtonText, chosen.text),
        (roles.BrightText, chosen.bad),
        (roles.ToolTipBase, chosen.surface),
        (roles.ToolTipText, chosen.text),
        (roles.PlaceholderText, chosen.muted),
        (roles.Highlight, chosen.accent),
        (roles.HighlightedText, chosen.on_accent),
        (roles.Link, chosen.accent),
        (roles.Accent, chosen.accent),
        (roles.Light, chosen.surface),
        (roles.Midlight, chosen.window),
        (roles.Mid, chosen.line),
        (roles.Dark, chosen.control),
        (roles.Shadow, chosen.control),
    ):
        palette.setColor(role, QColor(value))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(chosen.disabled))
    return palette
