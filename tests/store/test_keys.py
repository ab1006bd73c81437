"""The key under the password: right, wrong, damaged, weakened."""

from __future__ import annotations

import json
import os
import stat
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import msgspec
import pytest

from officer_console.store.keys import SLOT_NAME, Cost, KeySlotError, KeySlots, _Slot

PASSWORD = "mật khẩu của Bình"


@pytest.fixture
def slots(tmp_path: Path) -> KeySlots:
    return KeySlots(tmp_path / "officer")


def refused(slots: KeySlots, password: str = PASSWORD) -> str:
    with pytest.raises(KeySlotError) as caught:
        slots.open(password)
    return caught.value.code


def test_the_same_password_gives_the_same_random_key(slots: KeySlots, tmp_path: Path) -> None:
    assert not slots.exists()
    key = slots.create(PASSWORD)
    assert len(key) == 32
    assert slots.exists()
    assert slots.open(unicodedata.normalize("NFD", PASSWORD)) == key
    other = KeySlots(tmp_path / "other")
    assert other.create(PASSWORD) != key


def test_a_wrong_password_and_a_missing_slot_are_told_apart(slots: KeySlots) -> None:
    assert refused(slots) == "no-slot"
    slots.create(PASSWORD)
    assert refused(slots, "other") == "wrong-password"


def test_an_existing_slot_is_never_overwritten(slots: KeySlots) -> None:
    key = slots.create(PASSWORD)
    with pytest.raises(FileExistsError):
        slots.create("other")
    assert slots.open(PASSWORD) == key


def test_of_two_that_create_at_once_one_is_told_and_both_have_the_same_key(slots: KeySlots, tmp_path: Path) -> None:
    together = threading.Barrier(2)

    def create() -> bytes:
        together.wait(10)
        try:
            return slots.create(PASSWORD)
        except FileExistsError:
            return b""

    for attempt in range(5):
        with ThreadPoolExecutor(2) as pool:
            keys = [future.result() for future in [pool.submit(create), pool.submit(create)]]
        assert sorted(bool(key) for key in keys) == [False, True], attempt
        assert slots.open(PASSWORD) in keys
        (file,) = tmp_path.rglob("key.json*")
        file.unlink()


def test_a_new_password_opens_the_same_key_and_the_old_one_does_not(slots: KeySlots, tmp_path: Path) -> None:
    key = slots.create(PASSWORD)
    with pytest.raises(KeySlotError):
        slots.rewrap("other", "new")
    slots.rewrap(PASSWORD, "new")
    assert slots.open("new") == key
    assert refused(slots) == "wrong-password"
    assert [path.name for path in (tmp_path / "officer").iterdir()] == [SLOT_NAME]


@pytest.mark.parametrize("change", ["cut", "not json", "wrapped", "salt", "cost", "format"])
def test_a_damaged_slot_is_not_a_wrong_password(slots: KeySlots, tmp_path: Path, change: str) -> None:
    slots.create(PASSWORD)
    path = tmp_path / "officer" / SLOT_NAME
    text = path.read_text(encoding="utf-8")
    fields = json.loads(text)
    fields["wrapped" if change == "wrapped" else "salt"] = (
        "AAAA" + fields["wrapped" if change == "wrapped" else "salt"][4:]
    )
    damaged = {
        "cut": text[:-20],
        "not json": "nothing",
        "wrapped": json.dumps(fields),
        "salt": json.dumps(fields),
        "cost": text.replace('"time_cost":3', '"time_cost":4'),
        "format": text.replace('"format":1', '"format":2'),
    }[change]
    assert damaged != text
    path.write_text(damaged, encoding="utf-8")
    assert refused(slots) == "slot-damaged"


@pytest.mark.parametrize(
    "cost",
    [
        Cost(time_cost=1),
        Cost(memory_kib=1024),
        Cost(time_cost=1000),
        Cost(memory_kib=1 << 40),
        Cost(parallelism=0),
        Cost(parallelism=64),
    ],
)
def test_weakened_or_choking_parameters_are_refused_before_any_work(
    slots: KeySlots, tmp_path: Path, cost: Cost
) -> None:
    slots.create(PASSWORD)
    path = tmp_path / "officer" / SLOT_NAME
    slot = replace(msgspec.json.decode(path.read_bytes(), type=_Slot), cost=cost)
    path.write_bytes(msgspec.json.encode(asdict(replace(slot, check=slot.sum()))))
    assert refused(slots) == "slot-weakened"


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_slot_is_the_officers_alone_and_holds_no_key(slots: KeySlots, tmp_path: Path) -> None:
    key = slots.create(PASSWORD)
    path = tmp_path / "officer" / SLOT_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    data = path.read_bytes()
    assert key not in data
    assert key.hex().encode() not in data
