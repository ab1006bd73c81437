"""Two copies of one store at work, and a central put back to before a number that both use: nothing lost or doubled."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.store.outbox import Delivery
from tests.faults.workplace import Workplace
from tests.sync.pulling import put
from tests.sync.restoring import SCOPE, Drill, on_record
from tests.sync.test_copies import COPY, Copy, delivery, journal, states
from tests.sync.test_restore import STARTS_OVER

pytestmark = pytest.mark.xdist_group(__name__)


class Pair:
    """A desk and a copy of it that knows the number its next decision gets as little as the desk does."""

    def __init__(self, drill: Drill, folder: Path) -> None:
        self.drill = drill
        officer = drill.central.officer(scopes=(SCOPE,))
        self.one = Workplace(drill.central, folder / "one", officer, drill.proxy.url)
        self.dossiers = [on_record(drill.central, n) for n in range(4)]
        self.one.round()
        self.one.record(self.dossiers[0])
        self.one.round()
        self.one.close()
        shutil.copytree(folder / "one", folder / "other")
        self.other = Copy(drill.central, folder / "other", officer, drill.proxy.url)
        # one machine signs in once: the second sign-in has ended the first
        self.one.client = self.other.client
        self.one.open()

    def restore(self) -> None:
        """Put central back to its copy and both desks to work at it."""
        self.drill.restore(self.one)
        self.drill.bring_back(self.other)
        self.one.client = self.other.client
        self.one.close()
        self.one.open()

    def decisions(self, *about: Dossier) -> list[int]:
        """Return how many decisions central has on each dossier."""
        return [self.drill.central.decisions(dossier) for dossier in about]

    def close(self) -> None:
        """Close both stores."""
        self.one.close()
        self.other.close()


@pytest.fixture
def pair(planted: Path, tmp_path: Path) -> Iterator[Pair]:
    drill = Drill(planted, tmp_path)
    made = Pair(drill, tmp_path)
    yield made
    made.close()
    drill.close()


def same_number(mine: Decision, theirs: Decision) -> bool:
    return (mine.device_id, mine.dseq) == (theirs.device_id, theirs.dseq)


@pytest.mark.parametrize("first", ["one", "other"])
@pytest.mark.parametrize("sent", [True, False], ids=["both had sent", "one had sent"])
def test_a_number_that_both_used_and_central_has_lost_confirms_only_the_decision_it_has_now(
    pair: Pair, expect_log: Callable[[str], None], *, sent: bool, first: str
) -> None:
    expect_log(COPY)
    expect_log(STARTS_OVER)
    pair.drill.back_up()
    _, here, there, _ = pair.dossiers
    mine, theirs = pair.one.record(here), pair.other.record(there)
    assert same_number(mine, theirs)
    pair.one.round()
    if sent:
        pair.other.round()
    assert pair.decisions(here, there) == [1, int(sent)]

    pair.restore()
    assert pair.decisions(here, there) == [0, 0]
    desks = (pair.one, pair.other) if first == "one" else (pair.other, pair.one)
    for desk in desks:
        desk.round()

    assert pair.decisions(*pair.dossiers) == [1, 1, 1, 0]
    assert states(pair.one, mine.op_id) == states(pair.other, theirs.op_id) == ["accepted"]
    for desk in desks:
        assert delivery(desk) == Delivery(recorded=2, confirmed=2)


def test_what_central_has_still_after_a_restore_is_not_asked_about_again(
    pair: Pair, expect_log: Callable[[str], None]
) -> None:
    expect_log(STARTS_OVER)
    pair.drill.back_up()
    pair.restore()

    pair.one.round()

    assert journal(pair.one, "sent-again") == 0
    assert pair.decisions(pair.dossiers[0]) == [1]
    assert delivery(pair.one) == Delivery(recorded=1, confirmed=1)


def test_a_decision_that_its_dossier_does_not_show_any_more_gets_its_receipt_again_once(
    pair: Pair, expect_log: Callable[[str], None]
) -> None:
    expect_log(STARTS_OVER)
    about = pair.dossiers[0]
    stored = pair.drill.central.stored(about)[1]
    put(pair.drill.central, replace(stored, version=stored.version + 1, judgement=None, messages=()))
    pair.drill.back_up()
    pair.restore()

    pair.one.round()
    pair.one.round()

    assert journal(pair.one, "sent-again") == 1
    assert pair.decisions(about) == [1]
    assert delivery(pair.one) == Delivery(recorded=1, confirmed=1)
