"""A decision that another one overtakes while the registry is asked: the same key, the same number, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from central_server import feed
from central_server.database import Database
from central_server.decide import Decided, Deciding
from central_server.options import Options
from central_server.problems import ProblemError
from central_server.registry import RegistryRecord
from central_server.serving import assemble
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.decision import Decision, Verdict
from tests import builders

FIRST, SECOND = builders.dossier(1), builders.dossier(2)
OFFICER = builders.officer("ha.nt", scopes=(FIRST.scope_id,))


class Overtaken:
    """A registry that has everybody on record, and lets something happen while it is asked the first time."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None

    def look_up(self, social_code: str) -> Sequence[RegistryRecord]:
        """Return the person of either dossier."""
        happens, self.meanwhile = self.meanwhile, lambda: None
        happens()
        declared = next(one.declaration for one in (FIRST, SECOND) if one.declaration.social_code == social_code)
        return (RegistryRecord(full_name=declared.full_name, birth=declared.birth.text()),)


class Office:
    """An office with both dossiers, decided on in this process."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.registry = Overtaken()
        parts = assemble(database, Options(database="", port=0, blobs=str(folder)), utc_now)
        parts.door.close()
        self._deciding = Deciding(database, parts.blobs, self.registry, parts.references, utc_now)
        with database.write() as connection:
            feed.ensure_scope(connection, FIRST.scope_id, database.epoch)
            feed.add(connection, FIRST.scope_id, [FIRST, SECOND])

    def decide(self, decision: Decision) -> Decided:
        """Record a decision."""
        return self._deciding.decide(OFFICER, decision, wire.etag(self.database.epoch, decision.base_version))


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


def test_a_copy_that_was_first_gives_its_receipt(office: Office) -> None:
    decision = builders.decision(FIRST)
    first: list[Decided] = []
    office.registry.meanwhile = lambda: first.append(office.decide(decision))

    second = office.decide(decision)

    assert [first[0].replayed, second.replayed] == [False, True]
    assert second.receipt == first[0].receipt


def test_a_number_that_another_decision_took_is_told_as_used(office: Office) -> None:
    decision = replace(builders.decision(FIRST), device_id="desk", dseq=1)
    other = replace(builders.decision(SECOND, verdict=Verdict.INVALID), device_id="desk", dseq=1)
    office.registry.meanwhile = lambda: office.decide(other)

    with pytest.raises(ProblemError) as refused:
        office.decide(decision)

    assert (refused.value.name, refused.value.document.code) == ("validation", wire.NUMBER_USED)


def test_a_key_that_another_decision_took_is_told_as_a_mismatch(office: Office) -> None:
    decision = builders.decision(FIRST)
    other = replace(builders.decision(SECOND, verdict=Verdict.INVALID), op_id=decision.op_id)
    office.registry.meanwhile = lambda: office.decide(other)

    with pytest.raises(ProblemError) as refused:
        office.decide(decision)

    assert refused.value.name == "idempotency-mismatch"


def test_a_refusal_of_a_copy_stands(office: Office) -> None:
    decision = builders.decision(FIRST)
    later = replace(decision, base_version=FIRST.version + 1)

    def refused_meanwhile() -> None:
        with pytest.raises(ProblemError, match="version-conflict"):
            office.decide(later)

    office.registry.meanwhile = refused_meanwhile
    with pytest.raises(ProblemError) as refused:
        office.decide(decision)

    # the same key with another body: whichever of the two comes, it is not applied
    assert refused.value.name == "idempotency-mismatch"
