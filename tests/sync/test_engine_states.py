"""Hypothesis drives two desks and a central through whatever order of work and trouble it can think of.

Real parts: sealed stores, engines, the client, central's routes and transactions. The line between them does what the
rule at hand says: it loses a request or an answer, or brings a request twice.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, select

from bench.sim import people
from bench.sim.central import Central, Request
from bench.sim.checks import Witness, at_rest
from bench.sim.desk import Desk, MortalStore
from bench.sim.line import Line, Net
from bench.sim.runs import prepared
from bench.sim.weather import CALM, DeskCrashError, Weather
from bench.sim.world import Prepared
from central_server import feed, schema
from central_server.feed import Stored
from officer_console.central.errors import CentralError
from officer_console.central.session import Answer
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, Status

Fault = Literal["request lost", "answer lost", "twice"]

QUIET = ("officer_console", "central_server", "alembic")
ROUNDS_OF_CALM = 12
DESKS = st.integers(0, 1)
DOSSIERS = st.integers(0, 30)
VERDICTS = st.sampled_from(Verdict)
FAULTS = st.sampled_from(("request lost", "answer lost", "twice"))


class SpoiledLine(Line):
    """A line on which one exchange goes wrong when told so."""

    spoil: tuple[int, Fault] | None = None

    def exchange(self, request: Request) -> Answer:
        """Send one request."""
        if self.spoil is None:
            return super().exchange(request)
        left, fault = self.spoil
        self.spoil = (left - 1, fault) if left else None
        if left:
            return super().exchange(request)
        if fault == "request lost":
            raise CentralError("unreachable")
        answer = super().exchange(request)
        if fault == "answer lost":
            raise CentralError("unreachable")
        return super().exchange(request) if fault == "twice" else answer


class Edge:
    """Counts the edges of a desk's transactions and ends the program at one of them."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, _edge: str) -> None:
        """Come to an edge."""
        self.left -= 1
        if self.left < 0:
            raise DeskCrashError


class Office(RuleBasedStateMachine):
    """Two desks that share one of two offices, and their central."""

    base: Prepared

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(dir=self.base.folder))
        shutil.copyfile(self.base.folder / "central.db", self.folder / "central.db")
        self.weather = Weather(1, odds=CALM)
        self.central = Central(self.weather, self.folder, self.base.services, lambda: None)
        self.witness = Witness(self.central)
        self.net = Net(self.weather, self.central, self.witness)
        self.dossiers: list[str] = []
        self.marks = 0
        self.desks = [self._desk(1, people.SCOPES[:1]), self._desk(2, people.SCOPES)]

    def _desk(self, n: int, scopes: tuple[str, ...]) -> Desk:
        officer = people.officer(n, scopes)
        self.central.officers[officer.id] = officer
        place = self.folder / officer.id
        place.mkdir()
        shutil.copyfile(self.base.folder / "store.db", place / "store.db")
        desk = Desk(self.weather, place, officer, SpoiledLine(self.net, lambda: None), self.witness.decided)
        self.witness.desks[officer.id] = desk
        return desk

    @initialize()
    def begin(self) -> None:
        """Three dossiers are declared, and both desks know of them."""
        for n in range(3):
            self.declare(n % 2)
        for desk in self.desks:
            desk.round()

    @rule(office=st.integers(0, 1))
    def declare(self, office: int) -> None:
        """A citizen hands in."""
        fresh = people.dossier(len(self.dossiers) + 1, people.SCOPES[office], self.weather.now)
        with self.central.database.write() as connection:
            feed.ensure_scope(connection, fresh.scope_id, self.central.database.epoch)
            feed.add(connection, fresh.scope_id, (fresh,))
        self.dossiers.append(fresh.id)

    @rule(n=DESKS, about=DOSSIERS, verdict=VERDICTS, ask=st.booleans())
    def decide(self, n: int, about: int, verdict: Verdict, ask: bool) -> None:  # noqa: FBT001 - drawn
        """An officer opens a dossier, with a lease or without, and records."""
        dossier_id = self.dossiers[about % len(self.dossiers)]
        self.desks[n].look(dossier_id, ask=ask)
        self.desks[n].decide(dossier_id, verdict)

    @rule(n=DESKS, about=DOSSIERS, verdict=VERDICTS, edge=st.integers(0, 3))
    def die_recording(self, n: int, about: int, verdict: Verdict, edge: int) -> None:
        """The program ends while it records."""
        dossier_id = self.dossiers[about % len(self.dossiers)]
        self.desks[n].look(dossier_id, ask=False)
        with self._dying(n, edge):
            self.desks[n].decide(dossier_id, verdict)

    @rule(n=DESKS)
    def sync(self, n: int) -> None:
        """A desk runs a round."""
        self.desks[n].round()

    @rule(n=DESKS, exchange=st.integers(0, 6), fault=FAULTS)
    def sync_on_a_bad_line(self, n: int, exchange: int, fault: Fault) -> None:
        """A desk runs a round in which one exchange goes wrong."""
        line = self.desks[n].line
        line.spoil = (exchange, fault)
        self.desks[n].round()
        line.spoil = None

    @rule(n=DESKS, edge=st.integers(0, 20))
    def die_syncing(self, n: int, edge: int) -> None:
        """The program ends somewhere in a round."""
        with self._dying(n, edge):
            self.desks[n].round()

    @rule(n=DESKS, anew=st.booleans())
    def settle(self, n: int, anew: bool) -> None:  # noqa: FBT001 - drawn
        """An officer settles what central refused: puts it aside or decides anew."""
        self.desks[n].settle(anew=anew)

    @rule(about=DOSSIERS)
    def amend(self, about: int) -> None:
        """The citizen corrects what he declared."""
        self.marks += 1

        def step(connection: Connection, stored: Stored, dossier: Dossier) -> None:
            if dossier.status in (Status.PENDING, Status.PROCESSING):
                feed.put(connection, stored, people.amended(dossier, self.central.clock(), str(self.marks)))

        for scope in people.SCOPES:
            self.central.change(scope, self.dossiers[about % len(self.dossiers)], step)

    @rule(about=DOSSIERS, office=st.integers(0, 1))
    def move(self, about: int, office: int) -> None:
        """A dossier goes to the other office."""
        dossier_id = self.dossiers[about % len(self.dossiers)]
        self.central.move(dossier_id, people.SCOPES[office], people.SCOPES[1 - office], apart=bool(about % 2))

    @rule()
    def old_request_arrives(self) -> None:
        """A copy of a request that was answered long ago comes through."""
        self.net.straggle()

    @rule()
    def back_up(self) -> None:
        """Central is backed up."""
        self.central.back_up()

    @precondition(lambda self: self.central.backups)
    @rule(which=st.integers(0, 5))
    def restore(self, which: int) -> None:
        """Central is restored from a backup."""
        self.central.restore(self.central.backups[which % len(self.central.backups)])

    @rule(hours=st.sampled_from((0.1, 2, 50)))
    def wait(self, hours: float) -> None:
        """Time goes by."""
        self.weather.now += timedelta(hours=hours)
        self.central.work()

    @invariant()
    def every_recorded_decision_is_on_its_desk_and_what_was_accepted_is_at_central(self) -> None:
        """Hold after every step. After a restore central may lack what it had accepted, until the desks have synced."""
        with self.central.database.read() as connection:
            there = set(connection.execute(select(schema.decision.c.op_id)).scalars())
        for op_id, known in self.witness.recorded.items():
            with known.desk.peek() as tx:
                item = tx.outbox.get(op_id)
            assert item is not None
            assert item.decision == known.decision
            assert op_id in there or item.state != "accepted" or self.central.restores

    def teardown(self) -> None:
        """Let it clear up: everything comes in step, nothing is lost, doubled or different."""
        try:
            for _ in range(ROUNDS_OF_CALM):
                self.weather.now += timedelta(minutes=25)
                self.central.work()
                for desk in self.desks:
                    desk.round()
                if not any(self._owes(desk) for desk in self.desks):
                    break
            for desk in self.desks:
                desk.round()
            at_rest(self.witness, self.central)
        finally:
            for desk in self.desks:
                desk.store.close()
            self.central.database.close()
            shutil.rmtree(self.folder)

    @staticmethod
    def _owes(desk: Desk) -> bool:
        with desk.peek() as tx:
            return bool(desk.ended) or tx.outbox.counts().waiting > 0

    def _dying(self, n: int, edge: int) -> _Dying:
        return _Dying(self.desks[n], edge)


class _Dying:
    """Lets a desk die at an edge of its transactions inside the block, if it comes that far."""

    def __init__(self, desk: Desk, edge: int) -> None:
        self._desk = desk
        self._edge = edge

    def __enter__(self) -> None:
        self._desk.store.step = Edge(self._edge)

    def __exit__(self, *_: object) -> None:
        # The store is another one when the program was started again.
        self._desk.store.step = MortalStore.step


@pytest.fixture(scope="module")
def base() -> Iterator[Prepared]:
    with prepared() as made:
        yield made


@pytest.fixture
def quiet() -> Iterator[None]:
    """Keep refusals and dead rounds out of the log: they are what this is made of."""
    loggers = [logging.getLogger(name) for name in QUIET]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def hold(base: Prepared, examples: int, steps: int) -> None:
    class Prepped(Office):
        pass

    Prepped.base = base
    run_state_machine_as_test(Prepped, settings=settings(max_examples=examples, stateful_step_count=steps))


@pytest.mark.usefixtures("quiet")
def test_in_whatever_order_things_happen_nothing_is_lost_doubled_or_different(base: Prepared) -> None:
    hold(base, *((1500, 30) if settings.get_current_profile_name() == "nightly" else (15, 20)))
