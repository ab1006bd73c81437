"""Eight processes at once on one dossier: exactly one decision, and everybody else knows why not."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from central_server import schema
from officer_console.central import wire
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.dossier import Dossier, Status
from tests import builders
from tests.central.process import Central

PROCESSES = 8
REPEATS = 200
ROOT = Path(__file__).resolve().parents[2]


def hammer(central: Central, about: Dossier, decisions: list[tuple[str, list[Decision]]]) -> list[Counter[str]]:
    """Let one process per entry (token, decisions) send its decisions in turn; returns what each was answered."""
    children = []
    for token, mine in decisions:
        order = {
            "url": f"{central.url}/v1/scopes/{about.scope_id}/dossiers/{about.id}/decisions",
            "token": token,
            "if_match": wire.etag(central.epoch, about.version),
            "repeats": REPEATS,
            "decisions": mine,
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.central.hammer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert child.stdin is not None
        child.stdin.write(msgspec.json.encode(order))
        child.stdin.close()
        children.append(child)
    answers = []
    for child in children:
        assert child.stdout is not None
        with child:
            answers.append(Counter(msgspec.json.decode(child.stdout.read(), type=dict[str, int])))
        assert child.returncode == 0
    return answers


@pytest.mark.slow
def test_eight_processes_hammering_one_dossier_leave_exactly_one_decision(central: Central) -> None:
    about = builders.dossier(central.fresh())
    central.plant(about)
    central.register_person(about)
    desks = [central.desk(), central.desk()]
    shared = [builders.decision(about), builders.decision(about, verdict=Verdict.INVALID)]
    plans = []
    for process in range(PROCESSES):
        officer = process % 2
        # even repeats: the officer's one decision that all his processes send; odd ones: a decision of this process
        own = builders.decision(about, note=f"process {process}")
        plans.append((desks[officer].grant.access_token, [shared[officer], own]))
    answers = hammer(central, about, plans)

    total = sum(answers, Counter())
    assert total.total() == PROCESSES * REPEATS
    assert central.decisions(about) == 1
    assert total["201"] == 1
    assert set(total) <= {"201", "200", "already-decided"}
    with central.database.read() as connection:
        query = select(schema.decision.c.op_id, schema.decision.c.receipt).where(
            schema.decision.c.dossier_id == about.id
        )
        winner = connection.execute(query).one()
        outbox = connection.execute(select(schema.outbox).where(schema.outbox.c.dossier_id == about.id)).all()
    senders = [mine for _, mine in plans if any(decision.op_id == winner.op_id for decision in mine)]
    # every sending of the decision that won, but the first, was a replay
    assert total["200"] == len(senders) * REPEATS // 2 - 1
    seq, after = central.stored(about)
    receipt = wire.decode(winner.receipt, wire.Receipt)
    assert (receipt.seq, receipt.dossier) == (seq, after)
    assert after.status in (Status.APPROVED, Status.REJECTED)
    assert after.version == about.version + 1
    assert len(outbox) == 2
