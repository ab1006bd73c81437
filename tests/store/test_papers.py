"""Dossiers are found by the number of the declared paper, also those of a store from before there was an index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from officer_console.models import migrations
from officer_console.store import migrate, sealed
from officer_console.store.arrivals import COLUMNS, of_dossiers
from officer_console.store.papers import AT_ONCE
from officer_console.store.store import Store
from tests.store.building import KEY, clock, many

BEFORE = "0010"


def declared(dossier: Dossier, number: str | None) -> Dossier:
    return replace(dossier, declaration=replace(dossier.declaration, paper_number=number))


def put(store: Store, seq: int, dossier: Dossier) -> None:
    with store.apply() as tx:
        tx.dossiers.put([(seq, dossier)])


def found(store: Store, number: str) -> tuple[str, ...]:
    with store.read() as tx:
        return tx.papers.find(number)


def older_store(path: Path, dossiers: list[tuple[int, Dossier]]) -> Store:
    """Return the store of an earlier program, opened by this one."""
    sealed.prepare(path)
    engine = sealed.engine(sealed.connector(path, KEY))
    folder = Path(migrations.__file__).parent
    migrate.migrate(engine, path, clock, migrate.Scripts(folder=folder, head=BEFORE))
    columns = COLUMNS[: COLUMNS.index("paper")]
    marks = ", ".join("?" * (len(columns) + 2))
    rows = [
        (position, arrival.id, *arrival.listed[: len(columns)])
        for position, arrival in enumerate(of_dossiers(dossiers), start=7)
    ]
    with engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO dossier (position, id, {', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608 - names of columns
        connection.exec_driver_sql(
            "INSERT INTO dossier_document VALUES (?, ?)",
            [(position, wire.encode(dossier)) for position, (_, dossier) in enumerate(dossiers, start=7)],
        )
    engine.dispose()
    return Store.open(path, KEY, clock=clock)


def test_a_dossier_is_found_by_its_paper_and_by_no_other_number(store: Store) -> None:
    one, other = (dossier for _, dossier in many(2))
    put(store, 1, declared(one, "079190000001"))
    put(store, 2, declared(other, "c 1234567"))

    assert found(store, "079190000001") == (one.id,)
    assert found(store, "C1234567") == (other.id,)
    for near in ("079190000002", "07919000000", "0791900000011", "", "-", 'x" OR "_a'):
        assert found(store, near) == ()


def test_all_dossiers_of_one_paper_are_found_the_newest_first(store: Store) -> None:
    dossiers = sorted((dossier for _, dossier in many(3)), key=lambda dossier: dossier.declared_on)
    for seq, dossier in enumerate(dossiers, start=1):
        put(store, seq, declared(dossier, "079190000001"))

    assert found(store, "079190000001") == tuple(dossier.id for dossier in reversed(dossiers))


@pytest.mark.parametrize("now", ["079190000002", None])
def test_a_number_that_changes_alone_is_not_found_any_more(store: Store, now: str | None) -> None:
    about = declared(many(1)[0][1], "079190000001")
    put(store, 1, about)
    put(store, 2, declared(about, now))

    assert found(store, "079190000001") == ()
    assert found(store, now or "") == ((about.id,) if now else ())


def test_a_dossier_that_left_the_office_is_not_found(store: Store) -> None:
    about = declared(many(1)[0][1], "079190000001")
    put(store, 1, about)
    with store.apply() as tx:
        tx.dossiers.remove([about.id], scope=about.scope_id)

    assert found(store, "079190000001") == ()


def test_a_new_store_has_nothing_to_fill_in(store: Store) -> None:
    with store.apply() as tx:
        assert tx.papers.whole
        assert not tx.papers.fill()


def test_an_older_store_is_filled_in_little_by_little_and_searched_meanwhile(path: Path) -> None:
    dossiers = [(seq, declared(dossier, f"0791900{seq:05d}")) for seq, dossier in many(AT_ONCE + 40)]
    dossiers[3] = 4, declared(dossiers[3][1], None)
    store = older_store(path, dossiers)
    with store.apply() as tx:
        assert not tx.papers.whole
        assert tx.papers.fill()
        assert not tx.papers.whole
    # What arrives meanwhile is entered at once, and not a second time.
    about = declared(dossiers[-1][1], "999999999999")
    put(store, len(dossiers) + 1, about)
    store.close()
    store = Store.open(path, KEY, clock=clock)

    assert store.index_papers()

    for seq, dossier in (dossiers[0], dossiers[AT_ONCE], dossiers[-2]):
        assert found(store, f"0791900{seq:05d}") == (dossier.id,)
    assert found(store, f"0791900{len(dossiers):05d}") == ()
    assert found(store, "999999999999") == (about.id,)
    with store.read() as tx:
        assert tx.papers.whole
    store.close()


def test_filling_in_stops_when_it_is_told_to_and_goes_on_later(path: Path) -> None:
    store = older_store(path, [(seq, declared(dossier, f"0791900{seq:05d}")) for seq, dossier in many(AT_ONCE + 1)])
    rounds = iter([False, True])

    assert not store.index_papers(lambda: next(rounds))
    with store.read() as tx:
        assert not tx.papers.whole
    assert store.index_papers()
    assert found(store, f"0791900{AT_ONCE + 1:05d}") != ()
    store.close()
