"""One seed: desks, lines and a central, a few dozen steps of work and trouble, then calm and a look at everything."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from bench.sim import people
from bench.sim.central import LEASE_MINUTES, Central, Request
from bench.sim.checks import Witness, at_rest
from bench.sim.desk import Desk
from bench.sim.line import Line, Net
from bench.sim.weather import CALM, Weather
from central_server import feed, moves
from central_server.database import Database
from central_server.feed import Stored
from central_server.services import Services
from central_server.times import stamp
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.officer import Role

STEPS = 24
_DEPTH = 2
_ROUNDS_OF_CALM = 14
_A_DAY = timedelta(days=1)
_YEAR = 365.0 * 86400
_PLACES = text("SELECT scope_id, id, status FROM dossier WHERE NOT gone ORDER BY scope_id, id")
_HELD = text("SELECT scope_id, dossier_id, expires_at > :now AS runs FROM lease ORDER BY scope_id, dossier_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a simulated office; a mutant replaces one of them by a broken one.

    ``restores`` is the weight of restores from a backup among all that happens.
    """

    central: type[Central] = Central
    line: type[Line] = Line
    desk: type[Desk] = Desk
    restores: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What every seed begins with: an empty store and a central's database as files, and the parts that stay."""

    folder: Path
    services: Services


class World:
    """Everything of one seed. Single threaded: what happens at the same time happens while somebody waits."""

    def __init__(self, weather: Weather, folder: Path, prepared: Prepared, parts: Parts) -> None:
        self.weather = weather
        self._depth = 0
        self._count = 0
        self._marks = 0
        self._amended: list[str] = []
        shutil.copyfile(prepared.folder / "central.db", folder / "central.db")
        self.central = parts.central(weather, folder, prepared.services, self.meanwhile)
        self.witness = Witness(self.central)
        self.net = Net(weather, self.central, self.witness)
        self.dossiers: list[str] = []
        for scope in people.SCOPES:
            for _ in range(weather.random.randint(2, 4)):
                self._declare(scope)
        self.desks = self._desks(folder, prepared.folder / "store.db", parts)
        self._acts: tuple[tuple[int, Callable[[], None]], ...] = (
            (26, self._round),
            (16, self._look),
            (20, self._decide),
            (4, self._settle),
            (7, self.net.straggle),
            (7, self._amend),
            (3, self._move),
            (3, self._late_receipt),
            (3, self._take_over),
            (2, lambda: self._declare(weather.pick(people.SCOPES))),
            (4, self.central.work),
            (4, self._registry),
            (2, self._scopes),
            (2, self.central.back_up),
            (parts.restores, self._restore),
            (3, self._clocks),
            (6, self._wait),
        )
        for desk in self.desks:
            desk.round()
        if weather.hit(0.6):
            self.central.back_up()

    def run(self) -> None:
        """Work in all weathers, then let it clear up.

        Raises:
            ViolationError: an invariant does not hold.
        """
        for _ in range(STEPS):
            self._act()
        self._calm_down()
        at_rest(self.witness, self.central)

    def close(self) -> None:
        """Close all files."""
        for desk in self.desks:
            desk.store.close()
        self.central.database.close()

    def meanwhile(self) -> None:
        """Let others do something while somebody waits for central or central for the registry."""
        if self._depth < _DEPTH and self.weather.hit(self.weather.odds.meanwhile):
            self._act()

    def _act(self) -> None:
        self._depth += 1
        self.weather.pass_time(20)
        weights = [weight for weight, _ in self._acts]
        (act,) = self.weather.random.choices([act for _, act in self._acts], weights)
        act()
        self._depth -= 1

    def _desks(self, folder: Path, template: Path, parts: Parts) -> list[Desk]:
        first, second = people.SCOPES
        plans = ((first,), (first, second), (second,), (first,))
        desks = []
        for n, scopes in enumerate(plans[: self.weather.pick((2, 2, 3))], start=1):
            officer = people.officer(n, scopes)
            self.central.officers[officer.id] = officer
            place = folder / officer.id
            place.mkdir()
            shutil.copyfile(template, place / "store.db")
            line = parts.line(self.net, self.meanwhile)
            desks.append(parts.desk(self.weather, place, officer, line, self.witness.decided))
            self.witness.desks[officer.id] = desks[-1]
        return desks

    def _round(self) -> None:
        # a program has one thread that syncs
        idle = [desk for desk in self.desks if desk.depth == 0]
        if idle:
            desk = self.weather.pick(idle)
            desk.round()
            self.witness.whole(desk)

    def _settle(self) -> None:
        self.weather.pick(self.desks).settle(anew=self.weather.hit(0.5))

    def _look(self) -> None:
        # the officer works while his own program talks to central
        desk = self.weather.pick(self.desks)
        desk.look(self._dossier(), ask=desk.depth == 0 and self.weather.hit(0.5))

    def _decide(self) -> None:
        desk = self.weather.pick(self.desks)
        if not desk.looked or self.weather.hit(0.4):
            desk.look(self._dossier(), ask=False)
        if desk.looked:
            desk.decide(self.weather.pick(sorted(desk.looked)), self._verdict())

    def _verdict(self) -> Verdict:
        return Verdict.VALID if self.weather.hit(0.7) else Verdict.INVALID

    def _dossier(self) -> str:
        """Return a dossier; a few are in everybody's hands, so that paths cross."""
        return self.weather.pick(self.dossiers[:3] if self.weather.hit(0.5) else self.dossiers)

    def _declare(self, scope: str) -> None:
        self._count += 1
        fresh = people.dossier(self._count, scope, self.weather.now)
        if self.weather.hit(0.25):
            self.central.registry.silent.add(fresh.declaration.social_code)
        # not a step of central's: it does not die here
        with Database.write(self.central.database) as connection:
            feed.ensure_scope(connection, scope, self.central.database.epoch)
            feed.add(connection, scope, (fresh,))
        self.dossiers.append(fresh.id)
        self.weather.tell(f"{fresh.id[-2:]} is declared in {scope}")

    def _amend(self, dossier_id: str | None = None) -> None:
        self._marks += 1
        mark = str(self._marks)

        def amend(connection: Connection, stored: Stored, dossier: Dossier) -> None:
            if dossier.status in (Status.PENDING, Status.PROCESSING):
                feed.put(connection, stored, people.amended(dossier, self.central.clock(), mark))

        dossier_id = dossier_id or self._dossier()
        self._amended.append(dossier_id)
        done = [self.central.change(scope, dossier_id, amend) for scope in people.SCOPES]
        self.weather.tell(f"the citizen amends {dossier_id[-2:]}: {any(done)}")

    def _move(self) -> None:
        with self.central.database.engine.connect() as connection:
            places = connection.execute(_PLACES).all()
        # what waits for the registry and what somebody has open must leave nothing behind
        laden = [place for place in places if place.status in (Status.CHECKING, Status.PROCESSING)]
        scope, dossier_id, _ = self.weather.pick(laden if laden and self.weather.hit(0.5) else places)
        (other,) = set(people.SCOPES) - {scope}
        # step by step, as between two servers, or at once
        if self.central.move(dossier_id, scope, other, apart=self.weather.hit(0.5)):
            self.weather.fault("moves")
            self.weather.tell(f"{dossier_id[-2:]} moves from {scope} to {other}, or was there")

    def _late_receipt(self) -> None:
        """Let a dossier leave between a decision and its receipt, which comes when the desk has read the tombstone."""
        idle = [desk for desk in self.desks if desk.depth == 0]
        if not idle:
            return
        desk = self.weather.pick(idle)
        desk.look(self._dossier(), ask=self.weather.hit(0.5))
        if not desk.looked:
            return
        desk.decide(self.weather.pick(sorted(desk.looked)), self._verdict())
        desk.line.instead = self._leaves
        desk.round()
        desk.line.instead = None
        self.witness.whole(desk)

    def _leaves(self, request: Request) -> None:
        """Let the dossier of a decision go to the other office."""
        scope, _, dossier_id = request.path.split("/")[3:6]
        (other,) = set(people.SCOPES) - {scope}
        if self.central.move(dossier_id, scope, other, apart=self.weather.hit(0.5)):
            self.weather.fault("late_receipts")
            self.weather.tell(f"{dossier_id[-2:]} moves from {scope} to {other} before the receipt comes")

    def _take_over(self) -> None:
        """Let the head of an office take a dossier from the officer who holds it, or did until his lease ran out."""
        with self.central.database.engine.connect() as connection:
            held = connection.execute(_HELD, {"now": stamp(self.central.clock())}).all()
        if not held:
            return
        scope, dossier_id, runs = self.weather.pick(held)
        if runs and self.weather.hit(0.5):
            self.weather.now += timedelta(minutes=LEASE_MINUTES)
            runs = False
        head = people.officer(0, people.SCOPES, Role.SUPERVISOR)
        if self.central.take_over(head, scope, dossier_id, broken=bool(runs), keep=self.weather.hit(0.3)):
            self.weather.fault("broken_leases" if runs else "lapsed_leases")
            self.weather.tell(f"the head of {scope} takes {dossier_id[-2:]} over")

    def _registry(self) -> None:
        """Let the registry answer on a code it was silent on."""
        silent = sorted(self.central.registry.silent)
        if silent:
            self.central.registry.silent.discard(self.weather.pick(silent))

    def _scopes(self) -> None:
        """Take an office from an officer, or give one back."""
        desk = self.weather.pick(self.desks)
        now = self.central.officers[desk.officer.id]
        scope = self.weather.pick(people.SCOPES)
        scopes = tuple(sorted(set(now.scopes) ^ {scope}))
        self.central.officers[now.id] = replace(now, scopes=scopes)
        self.weather.fault("revocations")
        self.weather.tell(f"{now.id} has the offices {scopes} now")

    def _restore(self) -> None:
        if self.central.backups:
            backup = self.weather.pick(self.central.backups)
            self.weather.tell(f"central is restored from {backup.name}")
            self.central.restore(backup)
            # what citizens had done since is lost; some do it again, in other words
            for dossier_id in self._amended[-3:]:
                if self.weather.hit(0.7):
                    self._amend(dossier_id)

    def _clocks(self) -> None:
        jumps = self.weather.pick((timedelta(), timedelta(hours=3), timedelta(days=400), timedelta(days=-800)))
        jumping = self.weather.pick(self._clocked())
        if abs(jumps) > _A_DAY:
            # One clock that is years off is a story; two at once, and nothing says what day it is.
            for clocked in self._clocked():
                clocked.ahead = timedelta()
        jumping.ahead = jumps
        self.weather.fault("clock_jumps")
        self.weather.tell(f"a clock is {jumps} ahead")

    def _clocked(self) -> list[Desk | Central]:
        return [*self.desks, self.central]

    def _wait(self) -> None:
        self.weather.pass_time(self.weather.pick((600.0, 7200.0, 40 * 3600.0)))

    def _calm_down(self) -> None:
        """Let all faults heal and every desk come in step."""
        self.weather.odds = CALM
        self.weather.tell("it clears up")
        for clocked in self._clocked():
            clocked.ahead = timedelta()
        while self.net.late:
            self.net.straggle()
        self.central.registry.silent.clear()
        for dossier_id, here, there in tuple(moves.unfinished(self.central.database)):
            self.central.move(dossier_id, here, there, apart=True)
        for _ in range(_ROUNDS_OF_CALM):
            self.weather.now += timedelta(minutes=25)
            self.central.work()
            for desk in self.desks:
                desk.round()
            if {desk.ended for desk in self.desks} <= {"", "scope-revoked"} and not any(
                self._busy(desk) for desk in self.desks
            ):
                break
        for desk in self.desks:
            desk.round()

    def _busy(self, desk: Desk) -> bool:
        with desk.peek() as tx:
            return tx.outbox.counts().waiting > 0
