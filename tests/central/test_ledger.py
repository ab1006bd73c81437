"""The ledger of a desk's store: what central has of it, and what it lacks."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from central_server import schema
from officer_console.central import wire
from tests import builders
from tests.central.process import Central, Desk, problem

pytestmark = pytest.mark.xdist_group(__name__)


def numbered(central: Central, scope: str, device_id: str, numbers: list[int], officer_id: str = "o") -> None:
    """Put decision rows of these numbers into the database."""
    rows = [
        {
            "scope_id": scope,
            "op_id": str(uuid.uuid4()),
            "dossier_id": "d",
            "officer_id": officer_id,
            "device_id": device_id,
            "dseq": dseq,
            "base_version": 1,
            "verdict": "valid",
            "body": "{}",
            "req_sha256": "0" * 64,
            "receipt": "",
            "received_at": builders.DECIDED_AT,
        }
        for dseq in numbers
    ]
    if rows:
        with central.database.write() as connection:
            connection.execute(schema.decision.insert(), rows)


def asked(desk: Desk, scope: str, device_id: str, more: str = "") -> wire.Ledger:
    answer = desk.get(f"/v1/scopes/{scope}/ledger?device_id={device_id}{more}")
    assert answer.status_code == 200, answer.text
    return wire.decode(answer.content, wire.Ledger)


@pytest.mark.parametrize(
    ("numbers", "contiguous", "holes", "last"),
    [
        ([], 0, (), 0),
        ([1, 2, 3], 3, (), 3),
        ([2, 3], 0, (1,), 3),
        ([1, 4, 5, 8], 1, (2, 3, 6, 7), 8),
        ([1, 3000], 1, tuple(range(2, 1002)), 3000),
    ],
)
def test_the_ledger_tells_what_is_there_and_what_is_missing(
    central: Central, numbers: list[int], contiguous: int, holes: tuple[int, ...], last: int
) -> None:
    scope = f"L{central.fresh():04d}"
    desk = central.desk(scopes=(scope,))
    numbered(central, scope, "store-1", numbers)
    numbered(central, scope, "store-2", [7])

    ledger = asked(desk, scope, "store-1")

    assert ledger == wire.Ledger(device_id="store-1", contiguous=contiguous, holes=holes, last=last)


@pytest.mark.parametrize(
    ("numbers", "after", "contiguous", "holes", "last"),
    [
        ([], 4, 0, (), 0),
        ([1, 4, 5, 8], 0, 1, (2, 3, 6, 7), 8),
        ([1, 4, 5, 8], 2, 2, (3, 6, 7), 8),
        ([1, 4, 5, 8], 3, 5, (6, 7), 8),
        ([1, 4, 5, 8], 7, 8, (), 8),
        ([1, 4, 5, 8], 2**53 - 1, 8, (), 8),
        ([1, 3000], 1500, 1500, tuple(range(1501, 2501)), 3000),
        ([1, 3000], 2500, 2500, tuple(range(2501, 3000)), 3000),
    ],
)
def test_the_ledger_tells_of_the_numbers_above_the_one_it_is_asked_from(
    central: Central, numbers: list[int], after: int, contiguous: int, holes: tuple[int, ...], last: int
) -> None:
    scope = f"L{central.fresh():04d}"
    desk = central.desk(scopes=(scope,))
    numbered(central, scope, "store-1", numbers)

    ledger = asked(desk, scope, "store-1", f"&after={after}")

    assert ledger == wire.Ledger(device_id="store-1", contiguous=contiguous, holes=holes, last=last)


@pytest.mark.parametrize("after", ["-1", "x", str(2**53)])
def test_what_is_no_number_of_a_decision_is_refused(central: Central, after: str) -> None:
    path = f"/v1/scopes/{builders.SCOPE}/ledger?device_id=store-1&after={after}"
    assert problem(central.desk().get(path)).name == "validation"


def test_a_decision_of_one_office_is_not_in_the_ledger_of_another(central: Central) -> None:
    here, there = f"L{central.fresh():04d}", f"L{central.fresh():04d}"
    desk = central.desk(scopes=(here, there))
    numbered(central, here, "store-1", [1, 2])

    assert asked(desk, there, "store-1").last == 0
    assert replace(asked(desk, here, "store-1"), device_id="") == wire.Ledger(device_id="", contiguous=2, last=2)


def test_of_an_office_that_is_not_his_an_officer_is_told_of_his_own_decisions_only(central: Central) -> None:
    there = f"L{central.fresh():04d}"
    officer = central.officer(scopes=(builders.SCOPE,))
    desk = Desk(central, officer.username)
    numbered(central, there, "store-1", [1, 2, 5, 6])
    assert asked(desk, there, "store-1") == wire.Ledger(device_id="store-1", contiguous=0, last=0)
    numbered(central, there, "store-1", [3, 4, 7], officer.id)

    assert asked(desk, there, "store-1") == wire.Ledger(device_id="store-1", contiguous=0, holes=(1, 2, 5, 6), last=7)
    assert asked(desk, there, "store-1", "&after=4") == wire.Ledger(
        device_id="store-1", contiguous=4, holes=(5, 6), last=7
    )


def test_the_ledger_of_no_store_is_not_told(central: Central) -> None:
    desk = central.desk()

    assert problem(desk.get(f"/v1/scopes/{builders.SCOPE}/ledger?device_id=")).name == "validation"
