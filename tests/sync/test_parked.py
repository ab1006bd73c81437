"""What *Cần xử lý* knows of a refused decision: the state it was made on, and what the registry had said by then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from officer_console.domain.registry import RegistryVerdict
from officer_console.services.attention import Attention, ParkedDecision
from officer_console.sync.online import Online
from tests.central.process import Central
from tests.faults.workplace import Workplace
from tests.sync.pulling import move, put
from tests.sync.pushing import REFUSED, on_record

pytestmark = pytest.mark.xdist_group(__name__)


def only(desk: Workplace) -> ParkedDecision:
    (parked,) = Attention(desk.store).parked().decisions
    return parked


def test_a_phone_the_citizen_changed_meanwhile_is_known_beside_the_one_that_was_judged(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = on_record(central, scope)
    desk.round()
    answer = Online(desk.store, desk.client, desk.changes.append).household(scope, about.id)
    desk.record(about)
    put(central, replace(about, version=2, declaration=replace(about.declaration, phone="0987654321")))
    expect_log(REFUSED + "version-conflict")

    desk.round()

    parked = only(desk)
    assert parked.judged is not None
    assert parked.dossier is not None
    assert (parked.judged.declaration, parked.dossier.declaration.phone) == (about.declaration, "0987654321")
    assert parked.evidence == answer
    assert answer.verdict is RegistryVerdict.MATCH


def test_a_dossier_that_moved_to_another_office_is_still_known_by_number_and_name(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = on_record(central, scope)
    desk.round()
    desk.record(about)
    move(central, about, f"T{central.fresh():04d}")
    expect_log(REFUSED + "dossier-gone")

    desk.round()

    parked = only(desk)
    assert (parked.dossier, parked.moved, parked.evidence) == (None, True, None)
    assert parked.about is not None
    assert (parked.about.number, parked.about.declaration) == (about.number, about.declaration)
