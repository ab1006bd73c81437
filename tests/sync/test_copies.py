"""Two store files of one desk: one put back from a backup of the machine, or both at work. Nothing lost or doubled."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator

import pytest

from officer_console.domain.dossier import Dossier
from officer_console.store.outbox import Delivery
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy, reply
from tests.faults.workplace import Workplace
from tests.sync.pushing import DECISIONS, on_record, planted

pytestmark = pytest.mark.xdist_group(__name__)

COPY = "another copy of this store has numbered under its id"
USED = reply(422, {"type": "urn:hgd:problem:validation", "status": 422, "code": "dseq-used", "pointer": "/dseq"})
ALWAYS = 10**6

Copied = Callable[[Workplace], Workplace]


class Copy(Workplace):
    """A desk whose chance is not that of the desk it was copied from, as no two runs of the program have the same."""

    @staticmethod
    def source() -> random.Random:
        """Return the chance of the back-off and of new ids."""
        return random.Random(7)


@pytest.fixture
def copied(make_desk: MakeDesk, central: Central, proxy: Proxy) -> Iterator[Copied]:
    """Return a function that gives the desk of the same officer over a copy of his store file as it is now."""
    made: list[Copy] = []

    def copy(desk: Workplace) -> Workplace:
        folder = desk.folder.with_name(f"{desk.folder.name}-copy-{len(made)}")
        desk.close()
        shutil.copytree(desk.folder, folder)
        made.append(Copy(central, folder, desk.officer, proxy.url))
        # one machine signs in once: the second sign-in has ended the first
        desk.client = made[-1].client
        desk.open()
        return made[-1]

    assert make_desk
    yield copy
    for desk in made:
        desk.close()


def delivery(desk: Workplace) -> Delivery:
    with desk.store.read() as tx:
        return tx.outbox.delivery()


def device(desk: Workplace) -> str | None:
    with desk.store.read() as tx:
        return tx.device.known()


def journal(desk: Workplace, what: str) -> int:
    with desk.store.read() as tx:
        return sum(entry.what == what for entry in tx.journal.latest(1000))


def states(desk: Workplace, *op_ids: str) -> list[str]:
    return [desk.item(op_id).state for op_id in op_ids]


def together(central: Central, scope: str, count: int) -> list[Dossier]:
    return [on_record(central, scope) for _ in range(count)]


def test_a_store_put_back_from_a_backup_goes_on_under_a_new_id_and_all_it_decides_arrives(
    central: Central, desk: Workplace, scope: str, copied: Copied, expect_log: Callable[[str], None]
) -> None:
    expect_log(COPY)
    dossiers = together(central, scope, 8)
    desk.round()
    desk.record(dossiers[0])
    desk.round()
    restored = copied(desk)
    was = device(desk)
    # after the backup three more went to central from the store that is lost
    for about in dossiers[1:4]:
        desk.record(about)
    desk.round()

    # without network, as right after the restore
    sent = [restored.record(about) for about in dossiers[4:7]]
    restored.round()

    assert states(restored, *(decision.op_id for decision in sent)) == ["accepted"] * 3
    assert [central.decisions(about) for about in dossiers] == [1] * 7 + [0]
    assert delivery(restored) == Delivery(recorded=4, confirmed=4)
    assert device(restored) not in (None, was)
    assert (journal(restored, "store-id-renewed"), journal(restored, "renumbered")) == (1, 3)

    later = restored.record(dossiers[7])
    restored.round()
    assert later.device_id == device(restored)
    assert states(restored, later.op_id) == ["accepted"]
    assert delivery(restored) == Delivery(recorded=5, confirmed=5)
    assert journal(restored, "store-id-renewed") == 1


def test_the_ledger_tells_a_copy_of_itself_before_it_has_decided_anything(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, copied: Copied, expect_log: Callable[[str], None]
) -> None:
    expect_log(COPY)
    dossiers = together(central, scope, 3)
    desk.round()
    desk.record(dossiers[0])
    desk.round()
    restored = copied(desk)
    desk.record(dossiers[1])
    desk.round()

    restored.round()
    assert device(restored) != device(desk)
    before = proxy.count(DECISIONS)
    decision = restored.record(dossiers[2])
    restored.round()

    assert states(restored, decision.op_id) == ["accepted"]
    assert proxy.count(DECISIONS) == before + 1
    assert (journal(restored, "store-id-renewed"), journal(restored, "renumbered")) == (1, 0)
    assert delivery(restored) == Delivery(recorded=2, confirmed=2)


def test_what_waited_when_the_backup_was_made_gets_the_receipt_it_had(
    central: Central, desk: Workplace, scope: str, copied: Copied, expect_log: Callable[[str], None]
) -> None:
    expect_log(COPY)
    dossiers = together(central, scope, 4)
    desk.round()
    waiting = desk.record(dossiers[0])
    restored = copied(desk)
    desk.round()
    desk.record(dossiers[1])
    desk.round()
    new = restored.record(dossiers[2])

    restored.round()

    assert states(restored, waiting.op_id, new.op_id) == ["accepted", "accepted"]
    assert [central.decisions(about) for about in dossiers] == [1, 1, 1, 0]
    assert delivery(restored) == Delivery(recorded=2, confirmed=2)


def test_a_store_put_back_twice_knows_again_what_it_had_sent_under_its_new_id(
    central: Central, desk: Workplace, scope: str, copied: Copied, expect_log: Callable[[str], None]
) -> None:
    expect_log(COPY)
    dossiers = together(central, scope, 3)
    desk.round()
    first = copied(desk)
    desk.record(dossiers[0])
    desk.round()
    with desk.store.read() as tx:
        mine = tx.device.known()
    assert mine is not None
    # the copy was made before the first decision: it is given the id the backup would have had
    with first.store.write() as tx:
        tx.device.id(lambda: mine)
    waiting = first.record(dossiers[1])
    second = copied(first)
    first.round()
    assert central.decisions(dossiers[1]) == 1

    second.round()

    assert states(second, waiting.op_id) == ["accepted"]
    assert central.decisions(dossiers[1]) == 1
    assert delivery(second) == Delivery(recorded=1, confirmed=1)


def test_two_copies_at_work_at_once_lose_and_double_nothing_and_each_tells_the_truth(
    central: Central, desk: Workplace, scope: str, copied: Copied, expect_log: Callable[[str], None]
) -> None:
    expect_log(COPY)
    dossiers = together(central, scope, 13)
    desk.round()
    desk.record(dossiers[12])
    desk.round()
    other = copied(desk)
    op_ids: dict[int, list[str]] = {0: [], 1: []}
    for n, about in enumerate(dossiers[:12]):
        at = (desk, other)[n % 2]
        op_ids[n % 2].append(at.record(about).op_id)
        if n % 3 == 0:
            at.round()
    for at in (desk, other, desk, other):
        at.round()

    for n, at in enumerate((desk, other)):
        assert states(at, *op_ids[n]) == ["accepted"] * 6
        assert delivery(at) == Delivery(recorded=7, confirmed=7)
    assert [central.decisions(about) for about in dossiers] == [1] * 13
    assert journal(desk, "store-id-renewed") + journal(other, "store-id-renewed") <= 2


def test_two_copies_that_judge_the_same_dossier_are_told_like_two_officers(
    central: Central, desk: Workplace, scope: str, copied: Copied, expect_log: Callable[[str], None]
) -> None:
    expect_log("decision refused .* code=already-decided")
    about = on_record(central, scope)
    desk.round()
    other = copied(desk)
    mine, theirs = desk.record(about), other.record(about)
    desk.round()
    other.round()

    assert states(desk, mine.op_id) == ["accepted"]
    assert states(other, theirs.op_id) == ["attention"]
    assert central.decisions(about) == 1
    assert delivery(other) == Delivery(recorded=1, confirmed=0)


def test_a_number_that_another_copy_used_confirms_nothing_that_waits(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, copied: Copied
) -> None:
    dossiers = together(central, scope, 3)
    desk.round()
    desk.record(dossiers[0])
    desk.round()
    other = copied(desk)
    desk.record(dossiers[1])
    desk.round()
    waiting = other.record(dossiers[2])
    proxy.spoil(DECISIONS, reply(500, {"type": "urn:hgd:problem:internal", "status": 500}))

    other.round()

    assert states(other, waiting.op_id) == ["waiting"]
    assert delivery(other) == Delivery(recorded=2, confirmed=1)


def test_a_central_that_calls_every_number_used_gets_each_decision_twice_and_the_officer_has_it_then(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log(COPY)
    expect_log("decision refused .* code=validation")
    about = planted(central, scope)
    desk.round()
    decision = desk.record(about)
    proxy.spoil(DECISIONS, USED, times=ALWAYS)

    desk.round()

    assert proxy.count(DECISIONS) == 2
    assert states(desk, decision.op_id) == ["attention"]
    assert central.decisions(about) == 0
