"""One of several servers is put back to its backup while the others stay: nothing is nowhere, nothing is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from central_server import moves
from central_server.database import renew_epoch
from central_server.shards import spread
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.dossier import DossierKind, Status
from tests import builders
from tests.central.process import Desk, running_central
from tests.central.test_moves_broken import OFFICES, apart, order_of, outbox_of, planted_in
from tests.postgres import Cluster


def test_what_moved_there_arrives_again_and_what_was_approved_there_is_approved_again(
    tmp_path: Path, postgres: Cluster
) -> None:
    front, *behind = (postgres.dsn(f"behind_{part}") for part in ("front", "first", "second"))
    spread(front, behind)
    jobs = ("--job-interval", "3600")
    with running_central(tmp_path, *jobs, url=front) as central:
        planted_in(central)
        here, there = apart(behind)
        new, changes, stops, moved = (
            builders.dossier(central.fresh(), scope_id=there),
            builders.dossier(central.fresh(), scope_id=there, kind=DossierKind.CHANGE),
            builders.dossier(central.fresh(), scope_id=there, kind=DossierKind.STOP),
            builders.dossier(central.fresh(), scope_id=here),
        )
        central.plant(new, changes, stops, moved)
        for about in (new, changes, stops, moved):
            central.register_person(about)
        officer = central.officer(scopes=OFFICES)
    postgres.dsn("behind_copy", template="behind_second")
    decisions = [builders.decision(about) for about in (new, changes, stops)]
    with running_central(tmp_path, *jobs, url=front) as central:
        desk = Desk(central, officer.username)
        assert desk.decide(builders.decision(moved)).status_code == 201
        for decision in decisions:
            answer = desk.decide(decision)
            assert wire.decode(answer.content, wire.Receipt).dossier.status is Status.APPROVED
        moves.move(central.database, order_of(moved, there), utc_now())
        letters = outbox_of(central, moved, there)
        assert letters
        assert list(moves.unfinished(central.database)) == []
    postgres.dsn("behind_second", template="behind_copy")
    renew_epoch(front)
    with running_central(tmp_path, *jobs, url=front) as central:
        desk = Desk(central, officer.username)
        path = f"/v1/scopes/{there}/dossiers/{moved.id}"
        assert desk.get(path).status_code == 404
        assert list(moves.unfinished(central.database)) == [(moved.id, here, there)]
        moves.move(central.database, order_of(moved, there), utc_now())
        assert list(moves.unfinished(central.database)) == []
        arrived = desk.dossier(replace(moved, scope_id=there))
        assert (arrived.status, arrived.version) == (Status.APPROVED, moved.version + 2)
        assert [row.state for row in outbox_of(central, moved, there)] == ["queued"] * len(letters)
        for decision in decisions:
            answer = desk.decide(decision)
            assert answer.status_code == 201, answer.text
            assert wire.decode(answer.content, wire.Receipt).dossier.status is Status.APPROVED
        # somebody else's dossier about the account is refused as ever
        second = replace(builders.dossier(central.fresh(), scope_id=there), declaration=new.declaration)
        central.plant(second)
        refused = desk.decide(builders.decision(second))
        assert wire.decode(refused.content, wire.Problem).code == "account-exists"
