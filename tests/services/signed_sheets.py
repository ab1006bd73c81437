"""Signed sheets as a feeder gives them: pages of writing with a form's code, copied badly."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import zxingcpp
from PIL import Image

from officer_console.codes.forms import FormRing
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKey, FormKeys, FormKind
from officer_console.imaging.opencv import Rgb, cv2
from tests import builders
from tests.imaging import pages

DPI = 150
# Where a form has its code, in millimetres of an A4.
LEFT, TOP, SIDE = 172, 12, 24


def keys(office: str = builders.SCOPE, seed: str = "a", generation: int = 1) -> FormKeys:
    """Return the keys of an office, one generation of them."""
    return FormKeys(office=office, current=generation, keys=(FormKey(generation=generation, secret=seed * 64),))


def code(about: Dossier, kind: FormKind = FormKind.DECLARATION, *, seed: str = "a") -> str:
    """Return the code on a form of a dossier, made with the keys of its number's office."""
    office = about.number.partition("/")[2]
    made = FormRing([keys(office, seed)], ()).code(about, kind)
    assert made is not None
    return made


@lru_cache(maxsize=64)
def symbol(text: str, kind: str = "qr") -> Rgb:
    """Return a code in black and white, as wide as it is printed."""
    name = {"qr": zxingcpp.BarcodeFormat.QRCode, "code128": zxingcpp.BarcodeFormat.Code128}[kind]
    options = {"ec_level": "Q"} if kind == "qr" else {}
    made = np.asarray(zxingcpp.create_barcode(text, name, **options).to_image(scale=4, add_quiet_zones=False))
    size = (mm(SIDE), mm(SIDE)) if kind == "qr" else (mm(150), mm(10))
    return np.dstack([cv2.resize(made, size, interpolation=cv2.INTER_AREA)] * 3)


def mm(length: float) -> int:
    return round(length * DPI / 25.4)


def page(seed: int, text: str | None = None, kind: str = "qr") -> Rgb:
    """Return a page of writing, with a code in its upper right corner."""
    sheet = pages.page(seed).copy()
    if text is not None:
        drawn = symbol(text, kind)
        height, width = drawn.shape[:2]
        left, top = (mm(LEFT), mm(TOP)) if kind == "qr" else (mm(40), mm(TOP))
        sheet[top - 12 : top + height + 12, left - 12 : left + width + 12] = 250
        sheet[top : top + height, left : left + width] = drawn
    return sheet


def copied(sheet: Rgb, seed: int) -> Rgb:
    """Return a page as a worn copier makes it: a little aslant, out of focus, paler, with specks, through JPEG."""
    numbers = np.random.default_rng(seed)
    height, width = sheet.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(numbers.uniform(-1.5, 1.5)), 1.0)
    aslant = cv2.warpAffine(np.ascontiguousarray(sheet[:, :, 1]), turn, (width, height), borderValue=246)
    soft = cv2.GaussianBlur(aslant, (0, 0), float(numbers.uniform(0.4, 0.9)))
    noise = cv2.resize(numbers.normal(0, 7, (height // 2, width // 2)).astype(np.float32), (width, height))
    worn = cv2.convertScaleAbs(37.5 + 0.85 * soft.astype(np.float32) + noise)
    for row, column in numbers.integers((0, 0), (height - 3, width - 3), (60, 2)):
        worn[row : row + 2, column : column + 2] = 40
    target = io.BytesIO()
    Image.fromarray(worn).save(target, "JPEG", quality=60)
    return np.dstack([np.array(Image.open(target))] * 3)


def stack(*sheets: Rgb) -> bytes:
    """Return pages as one file, as a feeder leaves them."""
    images, target = [Image.fromarray(sheet) for sheet in sheets], io.BytesIO()
    images[0].save(target, "TIFF", compression="jpeg", save_all=True, append_images=images[1:])
    return target.getvalue()


def smudged(sheet: Rgb) -> Rgb:
    """Return a page whose code was wetted and wiped."""
    made = sheet.copy()
    field = slice(mm(TOP) - 4, mm(TOP + SIDE) + 4), slice(mm(LEFT) - 4, mm(LEFT + SIDE) + 4)
    made[field] = cv2.GaussianBlur(made[field], (0, 0), 9)
    return made


def crossed_out(sheet: Rgb) -> Rgb:
    """Return a page whose code somebody blackened in the middle."""
    made = sheet.copy()
    made[mm(TOP + 7) : mm(TOP + 20), mm(LEFT + 5) : mm(LEFT + 20)] = 20
    return made
