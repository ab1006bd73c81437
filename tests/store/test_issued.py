"""When papers were issued and under which number: the first time counts, and a number is one paper's in a year."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from officer_console.models import migrations
from officer_console.store import migrate, sealed
from officer_console.store.errors import StoreError
from officer_console.store.issued import Issue
from officer_console.store.store import Store
from tests.store.building import KEY, NOW, clock

NOTICE = "notice_refused"
HERE, THERE = "07906", "00101"


def test_the_first_time_counts_and_another_decision_has_a_time_of_its_own(store: Store) -> None:
    with store.write() as tx:
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue()
        tx.issued.issue("d-1", NOTICE, "op-1", NOW)
        tx.issued.issue("d-1", NOTICE, "op-1", NOW + timedelta(days=9))
        tx.issued.issue("d-1", NOTICE, "op-2", NOW + timedelta(days=9))
    with store.read() as tx:
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue(at=NOW)
        assert tx.issued.get("d-1", NOTICE, "op-2") == Issue(at=NOW + timedelta(days=9))


def test_what_it_said_is_kept_with_the_time_and_goes_with_it(store: Store) -> None:
    with store.write() as tx:
        tx.issued.issue("d-1", NOTICE, "op-1", NOW, "as it was")
        tx.issued.issue("d-1", NOTICE, "op-1", NOW + timedelta(days=9), "as it is")
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue(at=NOW, content="as it was")
        tx.issued.withdraw("d-1", NOTICE, "op-1")
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue()
        tx.issued.issue("d-1", NOTICE, "op-1", NOW, "anew")
        assert tx.issued.get("d-1", NOTICE, "op-1").content == "anew"


def test_what_did_not_leave_after_all_keeps_its_number_only(store: Store) -> None:
    with store.write() as tx:
        tx.issued.number("d-1", NOTICE, "op-1", "12", 2026, HERE)
        tx.issued.issue("d-1", NOTICE, "op-1", NOW)
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue(at=NOW, number="12", year=2026)
        tx.issued.withdraw("d-1", NOTICE, "op-1")
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue(number="12", year=2026)


def test_a_number_is_one_paper_s_in_a_year_and_office_and_free_again_when_it_is_taken_back(store: Store) -> None:
    with store.write() as tx:
        tx.issued.number("d-1", NOTICE, "op-1", "12", 2026, HERE)
        tx.issued.number("d-2", NOTICE, "op-2", "12", 2027, HERE)
        tx.issued.number("d-5", NOTICE, "op-5", "12", 2026, THERE)
        tx.issued.number("d-3", NOTICE, "op-3", "", 2026, HERE)
        tx.issued.number("d-4", NOTICE, "op-4", "", 2026, HERE)
        assert tx.issued.holder("12", 2026, HERE) == ("d-1", NOTICE, "op-1")
        assert tx.issued.holder("12", 2026, THERE) == ("d-5", NOTICE, "op-5")
        assert tx.issued.holder("", 2026, HERE) is None
    with pytest.raises(StoreError, match="store-conflict"), store.write() as tx:
        tx.issued.number("d-3", NOTICE, "op-3", "12", 2026, HERE)
    with store.write() as tx:
        tx.issued.number("d-1", NOTICE, "op-1", "", 2026, HERE)
        assert tx.issued.holder("12", 2026, HERE) is None


def test_noughts_make_no_other_number_and_one_of_an_unknown_office_is_every_office_s(store: Store) -> None:
    with store.write() as tx:
        tx.issued.number("d-1", NOTICE, "op-1", "7", 2026, "")
        for office in (HERE, THERE):
            assert tx.issued.holder("07", 2026, office) == ("d-1", NOTICE, "op-1")
            assert tx.issued.taken(2026, office) == {7}


def test_the_numbers_that_are_given_are_those_of_digits_in_the_year_and_office(store: Store) -> None:
    with store.write() as tx:
        for place, number in enumerate(("09", "100", "12a", "2/3", "11", ""), 1):
            tx.issued.number(f"d-{place}", NOTICE, "op", number, 2026, HERE)
        tx.issued.number("d-8", NOTICE, "op", "40", 2025, HERE)
        tx.issued.number("d-9", NOTICE, "op", "41", 2026, THERE)
        assert tx.issued.taken(2026, HERE) == {9, 11, 100}
        assert tx.issued.taken(2026, HERE, 11) == {11, 100}
        assert tx.issued.taken(2024, HERE) == frozenset()


def test_numbers_of_before_are_of_the_office_of_their_dossier_and_of_every_office_where_it_is_gone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old" / "store.db"
    sealed.prepare(path)
    engine = sealed.engine(sealed.connector(path, KEY))
    folder = Path(migrations.__file__).parent
    migrate.migrate(engine, path, clock, migrate.Scripts(folder=folder, head="0018"))
    with engine.begin() as connection:
        there = connection.exec_driver_sql("PRAGMA table_info(dossier)").all()
        needed = {row[1]: "" for row in there if row[3] and row[4] is None and not row[5]}
        dossier = {**needed, "id": "d-1", "scope_id": HERE}
        marks = ", ".join("?" for _ in dossier)
        connection.exec_driver_sql(
            f"INSERT INTO dossier ({', '.join(dossier)}) VALUES ({marks})",  # noqa: S608 - names of columns
            tuple(dossier.values()),
        )
        for place, number in (("d-1", "12"), ("d-2", "13")):
            connection.exec_driver_sql(
                "INSERT INTO issued_paper VALUES (?, ?, ?, NULL, ?, 2026)", (place, NOTICE, "op", number)
            )
    engine.dispose()
    opened = Store.open(path, KEY, clock=clock)
    with opened.read() as tx:
        assert (tx.issued.taken(2026, HERE), tx.issued.taken(2026, THERE)) == ({12, 13}, {13})
    opened.close()
