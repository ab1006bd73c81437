"""The keys of the codes on forms: who gets which, and that nothing that happens to central changes them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from central_server import form_keys, moves
from central_server.database import Database, renew_epoch
from central_server.moves import Order
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKeys
from officer_console.domain.officer import Role
from tests import builders
from tests.central.process import Central, Desk, problem, running_central

SECRET = b"s" * 32


def keys(desk: Desk, scope: str, about: Dossier | None = None) -> FormKeys:
    query = "" if about is None else f"?dossier_id={about.id}"
    answer = desk.get(f"/v1/scopes/{scope}/form-keys{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return wire.decode(answer.content, FormKeys)


def planted(central: Central, **fields: str) -> Dossier:
    about = builders.dossier(central.fresh(), **fields)
    central.plant(about)
    return about


def moved(central: Central, about: Dossier, there: str) -> Dossier:
    central.plant(builders.dossier(central.fresh(), scope_id=there))
    order = Order(dossier_id=about.id, here=about.scope_id, there=there, who="quan.tri", reason="Sai cơ quan")
    moves.move(central.database, order, utc_now())
    return central.stored(replace(about, scope_id=there))[1]


def test_all_desks_of_an_office_get_the_same_key_and_another_office_another(central: Central) -> None:
    one, two = central.desk(), central.desk(role=Role.SUPERVISOR)
    other = central.desk(scopes=("07907",))
    mine = keys(one, "07906")
    assert mine == keys(two, "07906")
    assert (mine.office, mine.current) == ("07906", 1)
    assert [key.generation for key in mine.keys] == [2, 1]
    theirs = keys(other, "07907")
    assert not {key.secret for key in mine.keys} & {key.secret for key in theirs.keys}


def test_who_may_not_look_at_the_office_gets_no_key(central: Central) -> None:
    path = "/v1/scopes/07906/form-keys"
    assert problem(central.desk(scopes=("07907",)).get(path)).name == "scope-revoked"
    assert problem(central.desk(role=Role.ADMINISTRATOR).get(path)).name == "forbidden"
    assert problem(central.desk().get("/v1/scopes/07907/form-keys")).name == "scope-revoked"


def test_the_new_office_gets_the_key_of_the_old_one_by_naming_a_dossier_that_came_from_there(central: Central) -> None:
    about = planted(central)
    there = f"N{central.fresh():04d}"
    old, new = central.desk(), central.desk(scopes=(there,))
    asked = f"/v1/scopes/{there}/form-keys?dossier_id={about.id}"
    assert problem(new.get(asked)).name == "unknown-dossier"
    moved(central, about, there)
    assert keys(new, there, about) == keys(old, about.scope_id)
    gone = old.get(f"/v1/scopes/{about.scope_id}/form-keys?dossier_id={about.id}")
    assert (problem(gone).name, gone.status_code) == ("dossier-gone", 410)


def test_a_dossier_of_the_office_itself_gives_the_offices_own_key(central: Central, desk: Desk) -> None:
    assert keys(desk, "07906", planted(central)) == keys(desk, "07906")


@pytest.mark.parametrize("number", ["1000123", "1000123/a b", "1000123/" + "1" * 17])
def test_a_number_without_an_office_has_no_key(central: Central, desk: Desk, number: str) -> None:
    about = planted(central, number=number)
    answer = desk.get(f"/v1/scopes/07906/form-keys?dossier_id={about.id}")
    assert problem(answer).name == "unknown-dossier"


def test_a_renewal_makes_a_new_generation_and_leaves_the_older_ones(database: Database) -> None:
    before = form_keys.keys_of(SECRET, "07906", 1)
    assert form_keys.renew(database) == 2
    with database.read() as connection:
        after = form_keys.keys_of(SECRET, "07906", form_keys.generation(connection))
    assert [key.generation for key in after.keys] == [3, 2, 1]
    assert set(before.keys) < set(after.keys)


def test_a_desk_knows_the_next_generation_before_any_other_desk_makes_codes_with_it() -> None:
    asked_before = form_keys.keys_of(SECRET, "07906", 5)
    printing = form_keys.keys_of(SECRET, "07906", 6)
    made_with = next(key for key in printing.keys if key.generation == printing.current)
    assert made_with in asked_before.keys


def test_only_so_many_generations_are_handed_out_and_the_oldest_are_given_up() -> None:
    many = form_keys.keys_of(SECRET, "07906", 100)
    assert [key.generation for key in many.keys] == list(range(101, 37, -1))


def test_a_restored_central_has_the_keys_it_had(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'central.db'}"
    database = Database.open(url)
    before = form_keys.keys_of(database.state.cursor_secret, "07906", 1)
    database.close()
    renew_epoch(url)
    database = Database.open(url)
    assert form_keys.keys_of(database.state.cursor_secret, "07906", 1) == before
    database.close()


def test_an_operator_asks_for_the_generation_and_renews_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'central.db'}"
    Database.open(url).close()

    def told(*words: str) -> str:
        command = [sys.executable, "-m", "central_server", "form-keys", "--database", url, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    assert [told(), told("--renew"), told()] == ["generation 1\n", "generation 2\n", "generation 2\n"]


def test_a_key_stands_neither_in_the_log_nor_in_what_is_printed_of_the_answer(tmp_path: Path) -> None:
    with running_central(tmp_path) as central:
        mine = keys(central.desk(), "07906")
    log = (tmp_path / "central.log").read_text(encoding="utf-8")
    assert "form-keys 200" in log
    for key in mine.keys:
        assert len(bytes.fromhex(key.secret)) == 32
        assert key.secret not in repr(mine) + log
