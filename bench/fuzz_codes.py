"""Texts of codes and machine-readable lines, damaged in seeded ways, and what must hold of every answer to them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from officer_console.codes import fields, mrz, payloads
from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.forms import FormCode, Standing, form_text, signed_bytes
from officer_console.codes.mrz import Mrz

TODAY = date(2026, 11, 23)
_CARD = "001090012345|012345678|Nguyễn Văn An|01011990|Nam|Số 1, Phường Ba Đình, Thành phố Hà Nội|15042021".encode()
_HEALTH = (
    b"DN4010123456789|4e677579e1bb856e2056c4836e20416e|01/01/1990|1|-|01 - 001|01/01/2021|31/12/2021|15/12/2020"
    b"|01000123456789|-|4|01/01/2023|0a1b2c3d4e5f-7102|$"
)
_LINES = (
    b"IDVNM0900123450001090012345<<1\n9001011M3001019VNM<<<<<<<<<<<2\nNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<",
    b"P<VNMNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<<<<<<<<<<\nB1234567<3VNM9001011M3001019001090012345<<12",
    # The specimens printed in ICAO Doc 9303, parts 4 and 5.
    b"I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
ORIGINALS = (
    _CARD,
    _CARD + "|Hà Nội|Nguyễn Văn Ba||Trần Thị Bốn".encode(),
    _HEALTH,
    form_text(signed_bytes("1000123/07906", 1, 3), bytes(8)).encode(),
    *_LINES,
)
_PIECES = (
    b"|",
    b"||",
    b"$",
    b"-",
    b"<",
    b"<<",
    b"\r\n",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"0",
    b"9" * 30,
    b"O",
    b"\xcc\x81",
)


def damaged(seed: int) -> Iterator[bytes]:
    """Yield originals with bytes changed, pieces put in, parts cut out, doubled or exchanged; without end."""
    source = random.Random(seed)
    while True:
        data = bytearray(source.choice(ORIGINALS))
        for _ in range(source.randint(1, 5)):
            at, end = sorted((source.randrange(len(data) + 1), source.randrange(len(data) + 1)))
            choice = source.randrange(6)
            if choice == 0:
                data[at : at + 1] = source.randbytes(1)
            elif choice == 1:
                data[at:at] = source.choice(_PIECES)
            elif choice == 2:
                del data[at : min(end, at + 8)]
            elif choice == 3:
                data[at:at] = data[at:end][:64]
            elif choice == 4:
                data[at:end] = source.choice(ORIGINALS)[at:end]
            else:
                data[at : at + 1] = source.choice(b"OQDILZSGB01568<").to_bytes(1, "big")
        yield bytes(data)


def payload_holds(data: bytes) -> bool:
    """Read ``data`` as a code and tell whether the answer has a shape and made no number up."""
    read = payloads.read(data, check=lambda _signed, mac: not any(mac))
    if isinstance(read, CitizenCard):
        return len(read.number) == 12 and read.number in fields.clean(data.decode()) and bool(read.full_name)
    if isinstance(read, HealthCard):
        return len(read.number) in {10, 12, 15} and read.number.endswith(read.social_code)
    if isinstance(read, FormCode):
        told = read.standing in {Standing.GENUINE, Standing.FORGED}
        return told and read.file_number in fields.clean(data.decode())
    return isinstance(read, payloads.Unknown)


def lines_hold(data: bytes) -> bool:
    """Read ``data`` as machine-readable lines and tell whether the answer goes with itself and the calendar."""
    lines = mrz.read(data, today=TODAY)
    if lines is None:
        return True
    return (
        isinstance(lines, Mrz)
        and not set(lines.failed) & set(lines.repaired)
        and (lines.personal_number is None or len(lines.personal_number) == 12)
        and (lines.birth is None or lines.birth.earliest() <= TODAY)
    )
