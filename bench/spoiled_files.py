"""True files of every kind the gate takes, spoiled in seeded ways; the same seed gives the same bytes."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator

from PIL import Image, ImageDraw

from bench.bombs import one_page, saved, stream
from officer_console.devices import tiff

_NUMBERS = (
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\0\1",
    b"\xff\xff",
    b"99999999",
    b"-1",
)


def originals() -> dict[str, bytes]:
    """Return the files that are spoiled, by name."""
    photo = _photo()
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Nguyễn Văn An"
    scan = {"width": photo.width, "height": photo.height, "dpi": 300}
    more = [photo.rotate(90, expand=True), photo.convert("L")]
    return {
        "jpeg": saved(photo, "JPEG"),
        "jpeg progressive": saved(photo, "JPEG", progressive=True),
        "jpeg turned": saved(photo, "JPEG", exif=exif),
        "jpeg of inks": saved(photo.convert("CMYK"), "JPEG"),
        "png": saved(photo, "PNG"),
        "png palette": saved(photo.quantize(32), "PNG"),
        "png transparent": saved(photo.convert("RGBA"), "PNG"),
        "png black": saved(photo.convert("1"), "PNG"),
        "tiff scanned": tiff.picture(photo.tobytes(), samples=3, bits=8, **scan),
        "tiff scanned grey": tiff.picture(photo.convert("L").tobytes(), samples=1, bits=8, **scan),
        "tiff scanned black": tiff.picture(photo.convert("1").tobytes(), samples=1, bits=1, **scan),
        "tiff lzw": saved(photo, "TIFF", compression="tiff_lzw"),
        "tiff deflate": saved(photo, "TIFF", compression="tiff_adobe_deflate"),
        "tiff jpeg": saved(photo, "TIFF", compression="jpeg"),
        "tiff fax": saved(photo.convert("1"), "TIFF", compression="group4"),
        "tiff packed": saved(photo.convert("1"), "TIFF", compression="packbits"),
        "tiff pages": saved(photo, "TIFF", save_all=True, append_images=more),
        "pdf scanned": saved(photo, "PDF", save_all=True, append_images=more),
        "pdf written": _written(),
    }


def spoiled(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield ``count`` spoiled files, of each kind as many, with the name of what they were."""
    source = random.Random(seed)
    files = originals()
    names = list(files)
    for number in range(count):
        name = names[number % len(names)]
        data = bytearray(files[name])
        for _ in range(source.choice((1, 1, 2, 4, 8, 30))):
            _spoil(data, source, files)
        yield name, bytes(data)


def _spoil(data: bytearray, source: random.Random, files: dict[str, bytes]) -> None:
    # Heads and directories decide more than rows do.
    reach = len(data) if source.random() < 0.5 else min(len(data), 400)
    at = source.randrange(reach) if reach else 0
    choice = source.randrange(8)
    if choice <= 2:
        data[at : at + 1] = source.randbytes(1)
    elif choice == 3:
        number = source.choice(_NUMBERS)
        data[at : at + len(number)] = number
    elif choice == 4:
        data[at:at] = data[at : at + source.randrange(1, 2000)]
    elif choice == 5:
        del data[at : at + source.randrange(1, 2000)]
    elif choice == 6:
        other = source.choice(list(files.values()))
        start = source.randrange(len(other))
        data[at : at + 200] = other[start : start + 200]
    elif source.random() < 0.3:
        del data[at:]
    else:
        data[at : at + 4] = source.randbytes(4)


def _photo() -> Image.Image:
    image = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn).resize((240, 160)) for turn in (0, 90, 180)])
    draw = ImageDraw.Draw(image)
    for row in range(8):
        draw.text((10, 15 * row + 10), f"Nguyen Van An 0010900{row}", fill="black")
    draw.ellipse((150, 40, 220, 130), fill=(220, 180, 150), outline="black")
    return image


def _written() -> bytes:
    rows = b"".join(b"BT /F 9 Tf 10 %d Td (Nguyen Van An, to khai so %d) Tj ET\n" % (280 - 9 * n, n) for n in range(30))
    content = zlib.compress(rows + b"0.5 g 100 100 200 50 re f 10 10 m 90 80 70 60 300 200 c S")
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    fonts = b"/Resources<</Font<</F 5 0 R>>>>"
    return one_page(stream(content, b"/Filter/FlateDecode"), font, entries=fonts, box=b"0 0 200 300")
