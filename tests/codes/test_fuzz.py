"""Damaged codes by the million: every answer has a shape, none raises, and no number is made up."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

import pytest

from officer_console.codes import fields, mrz, payloads
from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.forms import FormCode, Standing, form_text, signed_bytes
from officer_console.codes.mrz import Mrz
from officer_console.codes.payloads import Unknown
from tests.codes import samples
from tests.codes.test_mrz import CARD, ICAO_CARD, ICAO_PASSPORT, PASSPORT

ORIGINALS = (
    samples.CARD_2021,
    samples.CARD_2021 + "|Hà Nội|Nguyễn Văn Ba||Trần Thị Bốn".encode(),
    samples.HEALTH,
    form_text(signed_bytes("1000123/07906", 1, 3), bytes(8)).encode(),
    *("\n".join(lines).encode() for lines in (CARD, PASSPORT, ICAO_CARD, ICAO_PASSPORT)),
)
PIECES = (
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
                data[at:at] = source.choice(PIECES)
            elif choice == 2:
                del data[at : min(end, at + 8)]
            elif choice == 3:
                data[at:at] = data[at:end][:64]
            elif choice == 4:
                data[at:end] = source.choice(ORIGINALS)[at:end]
            else:
                data[at : at + 1] = source.choice(b"OQDILZSGB01568<").to_bytes(1, "big")
        yield bytes(data)


def hold(data: bytes) -> None:
    """Read ``data`` both ways and hold the answers against it."""
    read = payloads.read(data, check=lambda _signed, mac: not any(mac))
    if isinstance(read, CitizenCard):
        assert len(read.number) == 12
        assert read.number in fields.clean(data.decode())
        assert read.full_name
    elif isinstance(read, HealthCard):
        assert len(read.number) in {10, 12, 15}
        assert read.number.endswith(read.social_code)
    elif isinstance(read, FormCode):
        assert read.file_number in fields.clean(data.decode())
        assert read.standing in {Standing.GENUINE, Standing.FORGED}
    else:
        assert isinstance(read, Unknown)
    lines = mrz.read(data, today=samples.TODAY)
    if lines is not None:
        assert isinstance(lines, Mrz)
        assert not set(lines.failed) & set(lines.repaired)
        assert lines.personal_number is None or len(lines.personal_number) == 12
        assert lines.birth is None or lines.birth.earliest() <= samples.TODAY


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_damaged_codes_are_answered() -> None:
    """For a minute, or as often as ``FUZZ_EXECUTIONS`` says."""
    wanted = int(os.environ.get("FUZZ_EXECUTIONS", "0"))
    end = time.monotonic() + (float("inf") if wanted else 60)
    for count, data in enumerate(damaged(3), start=1):
        hold(data)
        if count == wanted or time.monotonic() > end:
            break
