"""Drawn identity papers for training: they carry the person's true QR code and machine-readable lines.

Each page bears "MẪU – DỮ LIỆU HUẤN LUYỆN" and no emblem, seal or security print: none can pass for a real paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO

import zxingcpp
from PIL import Image, ImageDraw

from central_server.seed.fonts import font, wrapped, write
from central_server.seed.mrz import card_lines, passport_lines
from central_server.seed.portraits import Face, drawing
from officer_console.domain.person import BirthDate, PaperKind, Sex

SIZE = (640, 404)
SEX_WORDS = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}
NEVER_EXPIRES = date(2099, 12, 31)
_MARK = "MẪU – DỮ LIỆU HUẤN LUYỆN"
_INK, _LABEL, _PAPER = 0, 96, 240
_SIXTEEN = [value >> 4 for value in range(256)]
# (label, top, text size) of the front's lines
_ROWS = (
    ("Số", 112, 21),
    ("Họ và tên", 152, 17),
    ("Ngày sinh", 208, 17),
    ("Giới tính", 246, 17),
    ("Nơi thường trú", 286, 14),
)
_HEADINGS = {
    PaperKind.CITIZEN_CARD: "CĂN CƯỚC CÔNG DÂN",
    PaperKind.OLD_IDENTITY_CARD: "GIẤY CHỨNG MINH NHÂN DÂN",
    PaperKind.PASSPORT: "HỘ CHIẾU",
}
_TINTS = {
    PaperKind.CITIZEN_CARD: ((14, 38, 48), (226, 242, 240)),
    PaperKind.OLD_IDENTITY_CARD: ((20, 34, 24), (230, 241, 226)),
    PaperKind.PASSPORT: ((40, 24, 52), (238, 232, 244)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What stands on one paper: ``number`` its own, ``old_number`` a former CMND, ``expires`` its last day."""

    kind: PaperKind
    number: str
    old_number: str | None
    full_name: str
    birth: BirthDate
    sex: Sex
    address: str
    issued: date
    expires: date
    face: Face


def qr_text(paper: Paper) -> str:
    """Return the fields of a citizen card's QR code: number|old|name|birth|sex|address|issued (ddMMyyyy)."""
    born = paper.birth.text().replace("/", "")
    fields = (paper.number, paper.old_number or "", paper.full_name, born, SEX_WORDS[paper.sex], paper.address)
    return "|".join((*fields, paper.issued.strftime("%d%m%Y")))


def front(seed: int, paper: Paper) -> bytes:
    """Return the front (or a passport's data page) as PNG, 640×404 pixels."""
    image = _blank(paper.kind, "front").copy()
    image.paste(_face(seed, paper.face), (26, 118))
    passport = paper.kind is PaperKind.PASSPORT
    values = (paper.number, paper.full_name.upper(), paper.birth.text(), SEX_WORDS[paper.sex])
    for value, (_, y, size) in zip((*values, "" if passport else paper.address), _ROWS, strict=True):
        for n, line in enumerate(wrapped(value, 24 if y < 260 else 52)):
            write(image, (196, y + 15 + n * 18), line, _INK, size, bold=size > 15)
    write(image, (196, 306) if passport else (26, 345), expiry_text(paper.expires), _INK, 14, bold=True)
    if paper.kind is PaperKind.CITIZEN_CARD:
        symbol = _qr(qr_text(paper))
        image.paste(symbol, (SIZE[0] - symbol.width - 8, 92))
    if passport:
        lines = passport_lines(paper.number, paper.full_name, paper.birth, paper.sex, paper.expires)
        _machine_lines(image, lines, 346, 22)
    return _png(image, paper.kind)


def back(paper: Paper) -> bytes:
    """Return the back (or another passport page) as PNG, 640×404 pixels."""
    image = _blank(paper.kind, "back").copy()
    write(image, (40, 138), paper.issued.strftime("%d/%m/%Y"), _INK, 18)
    if paper.kind is PaperKind.CITIZEN_CARD:
        lines = card_lines(paper.number, paper.full_name, paper.birth, paper.sex, paper.expires)
        _machine_lines(image, lines, 282, 30)
    return _png(image, paper.kind)


def expiry_text(expires: date) -> str:
    """Return the last day of validity as a card words it."""
    return "Không thời hạn" if expires == NEVER_EXPIRES else expires.strftime("%d/%m/%Y")


@lru_cache(maxsize=8)
def _blank(kind: PaperKind, side: str) -> Image.Image:
    image = Image.new("L", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((3, 3, SIZE[0] - 4, SIZE[1] - 4), 20, outline=_LABEL, width=3)
    draw.rectangle((12, 14, SIZE[0] - 13, 42), fill=_LABEL)
    draw.text((SIZE[0] // 2, 28), _MARK, 255, font(18, bold=True), anchor="mm")
    draw.text((SIZE[0] // 2, 66), _HEADINGS[kind], _INK, font(22, bold=True), anchor="mm")
    draw.text((SIZE[0] // 2, 90), "không có giá trị sử dụng", _LABEL, font(13), anchor="mm")
    if side == "front":
        passport = kind is PaperKind.PASSPORT
        for label, y, _ in _ROWS[:-1] if passport else _ROWS:
            draw.text((196, y), label, _LABEL, font(12))
        draw.text((196, 290) if passport else (26, 329), "Có giá trị đến", _LABEL, font(12))
        return image
    draw.text((40, 120), "Ngày, tháng, năm cấp", _LABEL, font(13))
    draw.text((330, 120), "Ngón trỏ trái / phải", _LABEL, font(13))
    for x in (330, 440):
        draw.rounded_rectangle((x, 142, x + 90, 232), 8, outline=_LABEL, width=2)
        draw.text((x + 45, 187), "MẪU", 192, font(20, bold=True), anchor="mm")
    if kind is PaperKind.CITIZEN_CARD:
        draw.rounded_rectangle((40, 172, 118, 232), 8, fill=180, outline=_LABEL, width=2)
    return image


def _face(seed: int, face: Face) -> Image.Image:
    return drawing(seed, face).convert("L").reduce(2)


@lru_cache(maxsize=8)
def _palette(kind: PaperKind) -> tuple[int, ...]:
    dark, light = _TINTS[kind]
    steps = [tuple(d + (high - d) * n // 15 for d, high in zip(dark, light, strict=True)) for n in range(15)]
    return tuple(value for step in (*steps, (255, 255, 255)) for value in step)


def _png(image: Image.Image, kind: PaperKind) -> bytes:
    indexed = image.point(_SIXTEEN)
    indexed.putpalette(_palette(kind))
    out = BytesIO()
    indexed.save(out, "PNG", bits=4, compress_level=4)
    return out.getvalue()


def _qr(text: str) -> Image.Image:
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=3)
    return Image.fromarray(symbol)


def _machine_lines(image: Image.Image, lines: tuple[str, ...], top: int, size: int) -> None:
    image.paste(255, (12, top - 6, SIZE[0] - 12, SIZE[1] - 9))
    for n, line in enumerate(lines):
        write(image, (22, top + n * (size + 5)), line, _INK, size, mono=True)
