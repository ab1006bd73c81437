"""Which signed notices go first when there are more than a round sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from officer_console.central.errors import CentralError, Problem
from officer_console.central.register import CentralRegister
from officer_console.domain.dossier import Dossier
from officer_console.domain.notice import Notice
from officer_console.sync.held import Held
from officer_console.sync.notices import Notices
from tests.archive.conftest import Counters
from tests.archive.counter import Counter, at_central
from tests.central.process import Central


@dataclass
class Refusing:
    """A central that says of one dossier that it stands by another decision; ``sent``: the others it was given."""

    behind: CentralRegister
    waiting: str = ""
    sent: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return getattr(self.behind, name)

    def put_signed_notice(self, scope: str, dossier_id: str, notice: Notice) -> None:
        if dossier_id == self.waiting:
            raise CentralError("validation", problem=Problem(type="validation", code="other-decision"), status=422)
        self.behind.put_signed_notice(scope, dossier_id, notice)
        self.sent.append(dossier_id)


def sending(counter: Counter, central: object, held: Held) -> Notices:
    """Return what sends one notice at a time."""
    desk = counter.desk
    return Notices(
        desk.store,
        central,  # type: ignore[arg-type]  # a register but for one call
        held,
        officer_id=desk.officer.id,
        clock=desk.clock,
        announce=desk.changes.append,
        at_once=1,
    )


def judged(counter: Counter, central: Central, *scopes: str) -> list[Dossier]:
    """Return a refused dossier of each office."""
    found = []
    for scope in scopes:
        counter.scope = scope
        found.append(counter.judged(central))
    return found


def test_an_office_that_is_held_takes_no_turn_from_another(
    counters: Counters, office: str, offices: Iterator[str], central: Central
) -> None:
    other = next(offices)
    counter = counters(office, more=(other,))
    first, second = judged(counter, central, office, other)
    for about in (first, second):
        counter.sign(about, "1")
    held = Held((office, other), counter.desk.clock)
    held.hold(office, CentralError("unavailable", status=503))
    sending(counter, counter.desk.client, held).send(lambda: False)
    assert [len(at_central(central, about).notices) for about in (first, second)] == [0, 1]


def test_a_notice_that_waits_for_its_decision_lets_the_next_one_go(
    counters: Counters, office: str, central: Central
) -> None:
    counter = counters(office)
    first, second = judged(counter, central, office, office)
    for number, about in enumerate((first, second), 1):
        counter.sign(about, str(number))
    there = Refusing(counter.desk.client, waiting=first.id)
    notices = sending(counter, there, Held((office,), counter.desk.clock))
    for _ in range(2):
        assert notices.send(lambda: False) is None
    assert there.sent == [second.id]
    there.waiting = ""
    notices.send(lambda: False)
    assert there.sent == [second.id, first.id]
    assert counter.unfiled() == 0
