"""Pictures on their way to the desk over lines that are cut."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator

import pytest

from bench.lines import Lines, Plan
from officer_console.central.client import CentralClient
from officer_console.central.downloads import FRUITLESS_TRIES
from officer_console.central.errors import CentralError
from tests import builders
from tests.central.process import PASSWORD, Central, running_central
from tests.client.site import Reply, Site
from tests.client.test_client import signed_in
from tests.faults.workplace import client as client_of

SCOPE = builders.SCOPE
DATA = builders.JPEG + random.Random(5).randbytes(1_000_000)
NAME = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    with running_central(tmp_path_factory.mktemp("central")) as running:
        yield running


@pytest.fixture
def opened(central: Central) -> Iterator[Callable[[Callable[[int], Plan]], tuple[Lines, CentralClient]]]:
    """Return a function that opens lines to a central that has ``DATA``, and a desk that has signed in over them."""
    username = central.officer().username
    sender = client_of(central.url)
    sender.sign_in(username, PASSWORD, "desk-0")
    sender.put_blob(SCOPE, NAME, "image/jpeg", DATA)
    made: list[Lines] = []

    def open_lines(plans: Callable[[int], Plan]) -> tuple[Lines, CentralClient]:
        made.append(Lines(central.url, plans=plans))
        client = client_of(made[-1].url)
        client.sign_in(username, PASSWORD, "desk-1")
        return made[-1], client

    yield open_lines
    for lines in made:
        lines.close()


def test_a_line_that_is_cut_every_200_kb_brings_a_picture_of_a_megabyte_whole(
    opened: Callable[[Callable[[int], Plan]], tuple[Lines, CentralClient]],
) -> None:
    lines, desk = opened(lambda _: Plan(cut_down=200_000))

    assert desk.blob(SCOPE, NAME) == DATA

    # Nothing came twice but headers, and what was under way when a line was cut.
    assert 6 <= lines.connections <= 9
    assert lines.carried[1] < 1.3 * len(DATA)


def test_a_line_that_is_gone_after_a_cut_is_given_up(
    opened: Callable[[Callable[[int], Plan]], tuple[Lines, CentralClient]],
) -> None:
    lines, desk = opened(lambda number: Plan(refuse=True) if number else Plan(cut_down=200_000))

    with pytest.raises(CentralError) as caught:
        desk.blob(SCOPE, NAME)

    assert caught.value.code == "unreachable"
    # a connection that is closed before any answer is made once more
    assert lines.connections <= 1 + 2 * FRUITLESS_TRIES


def test_without_a_line_it_is_asked_for_once(site: Site) -> None:
    client = signed_in(site, None, None)
    site.paths.clear()

    with pytest.raises(CentralError, match="unreachable"):
        client.blob(SCOPE, NAME)

    # a connection that is closed before any answer is made once more
    assert len(site.paths) <= 2


JPEG = {"Content-Type": "image/jpeg"}
SMALL = builders.JPEG + bytes(range(100))
WHOLE: Reply = (200, JPEG, SMALL)
CUT: Reply = (200, JPEG | {"Content-Length": str(len(SMALL)), "Connection": "close"}, SMALL[:30])


def rest(start: int, body: bytes, told: int | None = None) -> Reply:
    last = len(SMALL) - 1
    return 206, JPEG | {"Content-Range": f"bytes {start if told is None else told}-{last}/{len(SMALL)}"}, body


def test_the_rest_is_asked_for_and_put_behind_what_there_is(site: Site) -> None:
    client = signed_in(site, CUT, rest(30, SMALL[30:]))

    assert client.blob(SCOPE, hashlib.sha256(SMALL).hexdigest()) == SMALL

    assert [headers["Range"] for headers in site.headers[1:]] == [None, "bytes=30-"]
    assert {headers["Accept-Encoding"] for headers in site.headers[1:]} == {"identity"}


def test_a_server_that_knows_no_ranges_sends_the_whole_again(site: Site) -> None:
    client = signed_in(site, CUT, WHOLE)

    assert client.blob(SCOPE, hashlib.sha256(SMALL).hexdigest()) == SMALL


@pytest.mark.parametrize(
    "reply",
    [
        rest(30, SMALL[30:], told=31),
        rest(30, bytes(len(SMALL) - 30)),
        (206, JPEG, SMALL[30:]),
        (200, JPEG | {"Content-Encoding": "gzip"}, SMALL),
    ],
    ids=["another part", "other bytes", "no place told", "packed"],
)
def test_a_rest_that_does_not_fit_is_refused(site: Site, reply: Reply) -> None:
    client = signed_in(site, CUT, reply)

    with pytest.raises(CentralError, match="protocol"):
        client.blob(SCOPE, hashlib.sha256(SMALL).hexdigest())
