"""The end of a round: words are merged, pictures nobody needs go, the reference lists are fetched."""

from __future__ import annotations

import re

import pytest

from officer_console.central.errors import CentralError
from tests import builders
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy, reply
from tests.faults.workplace import Workplace
from tests.sync.pulling import PAGES, planted_in

pytestmark = pytest.mark.xdist_group(__name__)


def parts_of_the_words(desk: Workplace) -> int:
    with desk.store.read() as tx:
        asked = tx.outbox._connection.exec_driver_sql("SELECT count(DISTINCT segid) FROM dossier_words_idx")
        return int(asked.scalar_one())


def test_a_large_pull_is_tidied_in_the_end_even_if_the_round_before_was_cut_short(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str
) -> None:
    planted_in(central, scope, 7)
    desk = make_desk(page=2, tidy_beyond=6)

    desk.engine.run_once(lambda: proxy.count(PAGES) > 3)
    assert parts_of_the_words(desk) > 1
    desk.round()

    assert desk.count() == 7
    assert parts_of_the_words(desk) == 1


def test_a_small_pull_is_not_worth_tidying(central: Central, make_desk: MakeDesk, scope: str) -> None:
    planted_in(central, scope, 6)
    desk = make_desk(page=2, tidy_beyond=6)

    desk.round()

    assert parts_of_the_words(desk) > 1


def test_the_first_round_drops_pictures_nothing_needs(central: Central, desk: Workplace, scope: str) -> None:
    shown, stays = planted_in(central, scope, 2)
    pictures = [desk.store.blobs.put(builders.JPEG + scope.encode() + bytes([n])) for n in range(2)]
    sealed = list((desk.folder / "blobs").iterdir())
    desk.clock.forward(2 * 86_400)

    desk.round()

    assert len(sealed) == 2
    assert [desk.store.blobs.get(sha256) for sha256 in pictures] == [None, None]
    assert [desk.stored(about) for about in (shown, stays)] == [shown, stays]


def test_reference_lists_are_fetched_once_and_again_only_when_they_change(desk: Workplace, proxy: Proxy) -> None:
    desk.round()
    first = [answer for answer in proxy.answers if b"200 OK" in answer[:20]]
    before = len(proxy.answers)

    desk.engine.refresh_reference()

    assert first
    assert [re.match(rb"HTTP/1.1 (\d+)", answer)[1] for answer in proxy.answers[before:]] == [b"304"] * 4  # type: ignore[index]  # a match


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"processing_days": "ten"}', b"<html>", b"\xff\xfe", b"[" * 50_000]
)
def test_a_malformed_reference_list_is_no_answer_and_the_old_one_stays(
    desk: Workplace, proxy: Proxy, body: bytes
) -> None:
    desk.round()
    with desk.store.read() as tx:
        before = tx.reference.get()
    proxy.spoil("GET .*/reference/settings", reply(200, body))

    with pytest.raises(CentralError) as caught:
        desk.engine.refresh_reference()

    assert caught.value.code == "protocol"
    with desk.store.read() as tx:
        assert tx.reference.get() == before
