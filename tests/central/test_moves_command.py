"""``officer-central move`` as an operator types it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from central_server import feed, moves
from central_server.database import Database
from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from tests import builders

HERE, THERE = builders.SCOPE, "07907"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A central with one dossier and two offices."""
    url = f"sqlite:///{tmp_path / 'central.db'}"
    database = Database.open(url)
    with database.write() as connection:
        for scope in (HERE, THERE):
            feed.ensure_scope(connection, scope, database.epoch)
        feed.add(connection, HERE, (builders.dossier(1),))
    database.close()
    return url


def command(url: str, *words: str) -> tuple[int, str, str]:
    """Return exit code, output and errors of the command."""
    told = [sys.executable, "-m", "central_server", "move", "--database", url, *words]
    done = subprocess.run(told, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


def there(url: str) -> Dossier | None:
    database = Database.open(url)
    with database.read() as connection:
        stored = feed.load(connection, THERE, builders.dossier(1).id)
    database.close()
    return None if stored is None else stored.dossier


def test_an_operator_moves_a_dossier_by_its_number_and_says_why(url: str) -> None:
    about = builders.dossier(1)
    words = ("--dossier", about.number, "--from", HERE, "--to", THERE, "--who", "quan.tri", "--reason", "Sai cơ quan")
    assert command(url, *words) == (0, f"{about.id} is in {THERE}\n", "")
    moved = there(url)
    assert moved is not None
    assert moved.history[-1].who == "quan.tri"
    assert command(url) == (0, "", "")


def test_what_is_refused_is_said_by_its_code_and_what_is_missing_by_its_option(url: str) -> None:
    words = ("--dossier", "1", "--from", HERE, "--to", "07999", "--who", "quan.tri")
    code, _, errors = command(url, *words, "--reason", "Sai cơ quan")
    assert (code, errors) == (2, "officer-central: unknown-office\n")
    code, _, errors = command(url, *words)
    assert code == 2
    assert "--reason" in errors
    assert there(url) is None


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "no.db"
    code, _, errors = command(f"sqlite:///{missing}")
    assert (code, errors) == (2, "officer-central: there is no database at this URL\n")
    assert not missing.exists()


def test_moves_that_broke_are_listed_and_finished_by_the_same_number(url: str) -> None:
    about = builders.dossier(1)
    database = Database.open(url)
    with database.write() as connection:
        stored = feed.load(connection, HERE, about.id)
        assert stored is not None
        waits = replace(about, scope_id=THERE, version=2)
        feed.bury(connection, stored, moves.GONE_BECAUSE, kept=wire.encode(waits).decode())
    database.close()
    assert command(url) == (0, f"{about.id}  {HERE}  {THERE}\n", "")
    words = ("--dossier", about.number, "--from", HERE, "--to", THERE, "--who", "quan.tri", "--reason", "Sai cơ quan")
    assert command(url, *words) == (0, f"{about.id} is in {THERE}\n", "")
    assert there(url) == waits
    assert command(url) == (0, "", "")
