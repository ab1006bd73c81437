"""What lets an office live on a server of its own: keys and statements begin with the scope, nothing counts across."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Sequence, Table, TextClause, UniqueConstraint

from central_server import statements
from central_server.schema import metadata

# The country's: who may sign in, the citizens' accounts, the registry that training plays, and what the database is.
NATIONAL = frozenset(
    {"server_state", "officer", "session", "login_attempt", "account", "registry_person", "registry_outage"}
)
# What the clock does on every server for the scopes that live there: it finds rows by time, and changes none.
JOB_SCANS = frozenset({"EXPIRING", "LEASES_ENDED", "REGISTRY_DUE", "REGISTRY_WAIT_OVER"})
HOT = {name: str(found) for name, found in vars(statements).items() if isinstance(found, TextClause)}
SCOPED = [table for table in metadata.sorted_tables if table.name not in NATIONAL]


def tables_of(sql: str) -> set[str]:
    """Return the tables a statement names."""
    return {
        table.name for table in metadata.sorted_tables if re.search(rf"\b(FROM|INTO|UPDATE|JOIN) {table.name}\b", sql)
    }


def parts_of(sql: str) -> list[str]:
    """Return the statement and its inner SELECTs, each from its verb to the next."""
    return re.findall(r"(?:SELECT|INSERT INTO|DELETE FROM|\bUPDATE (?!SET\b)).*?(?=\(SELECT|$)", sql)


def names_scope(part: str) -> bool:
    """Whether a statement is bound to the one scope that is given to it."""
    if part.startswith("INSERT INTO"):
        return re.match(r"INSERT INTO \w+ \(scope_id\b[^)]*\) VALUES \(:scope_id\b", part) is not None
    reads_inner = re.match(r"SELECT [^(]*FROM $", part) is not None
    return reads_inner or re.search(r"\bWHERE (?:\w+\.)?scope_id = :scope_id\b", part) is not None


def test_there_are_statements_to_look_at() -> None:
    assert {"DOSSIER", "SCOPE_NEXT", "DECISION_INSERT", "CHANGES"} <= HOT.keys()
    assert HOT.keys() >= JOB_SCANS
    assert {"scope", "dossier", "decision", "outbox", "audit", "lease", "blob"} <= {table.name for table in SCOPED}


@pytest.mark.parametrize("name", sorted(HOT.keys() - JOB_SCANS))
def test_a_hot_statement_names_its_scope(name: str) -> None:
    tables = tables_of(HOT[name])
    assert tables
    if tables <= NATIONAL:
        return
    assert not tables & NATIONAL
    for part in parts_of(HOT[name]):
        assert names_scope(part), part


@pytest.mark.parametrize("name", sorted(JOB_SCANS))
def test_a_scan_of_the_clock_only_reads(name: str) -> None:
    assert HOT[name].startswith("SELECT scope_id, ") or HOT[name].startswith("SELECT d.scope_id, ")
    assert not re.search(r"\b(INSERT|UPDATE|DELETE)\b", HOT[name])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM dossier WHERE id = :id",
        "UPDATE dossier SET seq = 1 WHERE id = :id AND scope_id = :other",
        "DELETE FROM lease WHERE expires_at < :now",
        "INSERT INTO blob (sha256, scope_id) VALUES (:sha256, :scope_id)",
        "SELECT n FROM (SELECT n FROM audit WHERE n > 1) AS a",
    ],
)
def test_a_statement_without_its_scope_would_be_found(sql: str) -> None:
    assert not all(names_scope(part) for part in parts_of(sql))


@pytest.mark.parametrize("table", SCOPED, ids=lambda table: table.name)
def test_every_key_begins_with_the_scope(table: Table) -> None:
    unique = [list(key.columns) for key in table.constraints if isinstance(key, UniqueConstraint)]
    unique += [list(index.columns) for index in table.indexes if index.unique]
    for key in [list(table.primary_key.columns), *unique]:
        assert key[0].name == "scope_id"


@pytest.mark.parametrize("table", SCOPED, ids=lambda table: table.name)
def test_nothing_is_counted_across_scopes(table: Table) -> None:
    assert table.autoincrement_column is None
    assert not any(isinstance(column.default, Sequence) or column.server_default for column in table.columns)
