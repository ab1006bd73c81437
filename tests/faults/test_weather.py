"""Bad weather on the line: everything arrives in the end, and only once."""

from __future__ import annotations

import pytest

from officer_console.central.errors import CentralError
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement
from officer_console.sync.backoff import LONGEST_SECONDS
from tests import builders
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy

pytestmark = pytest.mark.xdist_group(__name__)

ROUNDS = 60


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_through_any_weather_each_decision_arrives_once_and_the_list_is_whole(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, seed: int
) -> None:
    desk = make_desk(page=3)
    dossiers = [builders.dossier(central.fresh(), scope_id=scope) for _ in range(8)]
    central.plant(*dossiers)
    for about in dossiers:
        central.register_person(about)
    desk.round()
    data = builders.JPEG + scope.encode()
    photo = PhotoReplacement(
        kind=AttachmentKind.PORTRAIT, sha256=desk.store.blobs.put(data), media_type="image/jpeg", size=len(data)
    )
    decisions = [desk.record(about, photos=(photo,)) for about in dossiers[:5]]
    proxy.weather(seed, 0.4)

    failures: list[CentralError] = []
    for _ in range(ROUNDS):
        try:
            desk.round()
        except CentralError as error:
            failures.append(error)
        desk.clock.forward(LONGEST_SECONDS)
        states = [desk.item(decision.op_id).state for decision in decisions]
        assert set(states) <= {"waiting", "accepted"}
        if set(states) == {"accepted"}:
            break
    proxy.clear()
    desk.round()

    assert failures
    assert all(error.passing for error in failures)
    assert [desk.item(decision.op_id).state for decision in decisions] == ["accepted"] * 5
    assert [central.decisions(about) for about in dossiers] == [1] * 5 + [0] * 3
    assert [desk.stored(about) for about in dossiers] == [central.stored(about)[1] for about in dossiers]
