"""How many bytes a desk moves, and how long its decisions take over an office's slow line.

Real parts: a central process on SQLite, the sealed store, the engine and the HTTP client, and between them a TCP line
that counts and, where the case says so, delays and paces. Counted is what TCP carries, HTTP's headers included; TLS,
which a central in service has before it, is not.

``first sync``: a fresh store reads an office of ``--rows`` dossiers, from signing in to the reference lists.
``500 decisions slow line``: ``--decisions`` decisions without pictures wait in one desk; ``seconds`` is the time until
central has taken the last, ``round_seconds`` with the pull that follows. All connections together get ``--kbit`` kbit/s
each way, every piece takes half of ``--round-trip`` ms.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from bench import papers
from bench.faults import PASSWORD
from bench.faults.office import officer, plant
from bench.faults.processes import CentralProcess
from bench.figures import Figure
from bench.lines import Lines, Plan
from central_server.database import Database
from officer_console.background.senders import Senders
from officer_console.central import wire
from officer_console.central.client import CentralClient
from officer_console.central.decoding import pieces
from officer_console.central.session import Answer, CentralSession
from officer_console.domain.decision import Ticks, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.ids import uuid7
from officer_console.services.decide import Decide, Draft
from officer_console.store.store import Store
from officer_console.sync.engine import SyncEngine

NAME = "wire"
FIRST_SYNC = "first sync"
SLOW_LINE = "500 decisions slow line"
OFFICER = officer("ha.nt", (papers.SCOPE,))
KEY = bytes(range(32))
VIETNAM = timedelta(hours=7)
REFUSED_EVERY = 8


class Traffic(NamedTuple):
    """What a line has carried: bytes towards central, bytes towards the desk, connections."""

    up: int
    down: int
    connections: int

    def since(self, before: Traffic) -> Traffic:
        """Return what came after ``before``."""
        return Traffic(*(now - then for now, then in zip(self, before, strict=True)))


def traffic(lines: Lines) -> Traffic:
    """Return what ``lines`` has carried so far."""
    return Traffic(*lines.carried, lines.connections)


def slow(kbit: float, round_trip: float) -> tuple[Plan, float]:
    """Return what happens to each connection, and the bytes per second that all get together each way.

    ``kbit`` is in 1000 bit/s, ``round_trip`` in milliseconds.
    """
    return Plan(delay=round_trip / 2000), kbit * 1000 / 8


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Measure both cases, or the one named, and yield their figures."""
    parser = argparse.ArgumentParser(prog="python -m bench wire")
    parser.add_argument("--case", choices=(FIRST_SYNC, SLOW_LINE))
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--decisions", type=int, default=500)
    parser.add_argument("--kbit", type=float, default=256.0)
    parser.add_argument("--round-trip", type=float, default=150.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(list(arguments))
    today = (datetime.now(UTC) + VIETNAM).date()
    if given.case != SLOW_LINE:
        yield from _first_sync(given, today)
    if given.case != FIRST_SYNC:
        yield from _slow_line(given, today)


class _Session(CentralSession):
    """The program's session; counts how the pages of the feed were packed."""

    def __init__(self, url: str) -> None:
        super().__init__(url, ca_bundle=None, new_id=lambda: str(uuid.uuid4()))
        self.packed: Counter[str] = Counter()

    def send(self, method: str, path: str, **more: Any) -> Answer:  # noqa: ANN401 - handed on as it came
        """Send as the program does."""
        answer = super().send(method, path, **more)
        if "/changes?" in path:
            self.packed[answer.headers.get("content-encoding", "identity")] += 1
        return answer


class _Desk:
    """A desk as the program puts it together."""

    def __init__(self, store: Store, url: str, senders: Senders) -> None:
        self.store = store
        self.session = _Session(url)
        self._client = CentralClient(self.session)
        self.engine = SyncEngine(
            store,
            self._client,
            OFFICER.scopes,
            officer_id=OFFICER.id,
            clock=_now,
            source=random.Random(1),
            announce=lambda _: None,
            progress=lambda _: None,
            executor=senders,
        )

    def sign_in(self) -> None:
        """Open a session with central."""
        self._client.sign_in(OFFICER.username, PASSWORD, "desk")

    def round(self) -> None:
        """Run one whole round."""
        self.engine.run_once(lambda: False)

    def record(self, waiting: Sequence[Dossier]) -> None:
        """Record a decision on every dossier: one in eight is refused."""
        deciding = Decide(
            self.store,
            OFFICER,
            clock=_now,
            new_id=_new_id,
            recorded=lambda: None,
            clock_offset=lambda: self.engine.clock_offset,
        )
        for n, about in enumerate(waiting):
            refused = n % REFUSED_EVERY == REFUSED_EVERY - 1
            deciding.record(
                Draft(
                    dossier_id=about.id,
                    base_version=about.version,
                    verdict=Verdict.INVALID if refused else Verdict.VALID,
                    reason_code="form-unsigned" if refused else None,
                    ticks=Ticks(original_compared=True, signed_form_received=True),
                )
            )

    def left(self) -> int:
        """Return how many decisions central has not taken."""
        with self.store.read() as tx:
            counts = tx.outbox.counts()
        return counts.waiting + counts.attention


def _first_sync(given: argparse.Namespace, today: date) -> Iterator[Figure]:
    dossiers = papers.archive(given.rows, seed=given.seed, today=today)
    with _central(dossiers) as central, closing(Lines(central.url)) as lines, _senders() as senders:
        with _store() as store:
            desk = _Desk(store, lines.url, senders)
            began = time.perf_counter()
            desk.sign_in()
            desk.round()
            seconds = time.perf_counter() - began
            carried = traffic(lines)
            with store.read() as tx:
                held = tx.dossiers.sum(papers.SCOPE).count
        if held != len(dossiers):
            raise RuntimeError(f"{held} of {len(dossiers)} dossiers came")
        print(f"pages came as {dict(desk.session.packed)}", file=sys.stderr, flush=True)
        others = {name: _walk(lines, accept) for name, accept in (("gzip", "gzip"), ("uncompressed", "identity"))}
    n = len(dossiers)
    yield _figure(FIRST_SYNC, "bytes", carried.up + carried.down, "bytes", n)
    yield _figure(FIRST_SYNC, "seconds", seconds, "s", n)
    yield _figure(FIRST_SYNC, "bytes_down", carried.down, "bytes", n)
    yield _figure(FIRST_SYNC, "bytes_up", carried.up, "bytes", n)
    yield _figure(FIRST_SYNC, "connections", carried.connections, "1", n)
    for encoding, pages in sorted(desk.session.packed.items()):
        yield _figure(FIRST_SYNC, f"pages_{encoding}", pages, "1", n)
    for name, other in others.items():
        yield _figure(FIRST_SYNC, f"bytes_{name}", other.up + other.down, "bytes", n)


def _slow_line(given: argparse.Namespace, today: date) -> Iterator[Figure]:
    dossiers = papers.waiting(given.decisions, seed=given.seed, today=today)
    plan, rate = slow(given.kbit, given.round_trip)
    with _central(dossiers) as central, _store() as store, _senders() as senders:
        near = _Desk(store, central.url, senders)
        near.sign_in()
        near.round()
        near.record(dossiers)
        with closing(Lines(central.url, plans=lambda _: plan, rate=rate)) as lines:
            far = _Desk(store, lines.url, senders)
            far.sign_in()
            before, began = traffic(lines), time.perf_counter()
            far.engine.push(lambda: False)
            seconds, carried = time.perf_counter() - began, traffic(lines).since(before)
            if far.left():
                raise RuntimeError(f"{far.left()} decisions were not taken")
            far.round()
            whole = time.perf_counter() - began
    n = len(dossiers)
    yield _figure(SLOW_LINE, "seconds", seconds, "s", n)
    yield _figure(SLOW_LINE, "bytes_up_each", carried.up / n, "bytes", n)
    yield _figure(SLOW_LINE, "bytes_down_each", carried.down / n, "bytes", n)
    yield _figure(SLOW_LINE, "connections", carried.connections, "1", n)
    yield _figure(SLOW_LINE, "round_seconds", whole, "s", n)


def _walk(lines: Lines, accept: str) -> Traffic:
    """Read the whole feed, packed as ``accept`` (an ``Accept-Encoding`` header) says, over one connection."""
    before = traffic(lines)
    parts = urlsplit(lines.url)
    with closing(http.client.HTTPConnection(str(parts.hostname), parts.port)) as line:
        words = wire.Credentials(username=OFFICER.username, password=PASSWORD, device_id="walk")
        line.request("POST", "/v1/sessions", wire.encode(words), {"Content-Type": "application/json"})
        token = wire.decode(line.getresponse().read(), wire.Grant).access_token
        path, after, more = f"/v1/scopes/{papers.SCOPE}/changes?limit={wire.PAGE_LIMIT}", "", True
        while more:
            line.request("GET", path + after, headers={"Authorization": f"Bearer {token}", "Accept-Encoding": accept})
            page = _unpacked(line.getresponse())
            after, more = f"&cursor={quote(page.next)}", page.more
    return traffic(lines).since(before)


def _unpacked(answer: http.client.HTTPResponse) -> wire.Page:
    encoding = answer.headers.get("Content-Encoding", "")
    return wire.decode(b"".join(pieces(encoding, answer.read)), wire.Page)


@contextmanager
def _central(dossiers: Sequence[Dossier]) -> Iterator[CentralProcess]:
    """Serve an office of these dossiers; nothing changes them by itself."""
    with TemporaryDirectory(prefix="bench-wire-") as name:
        url = f"sqlite:///{name}/central.db"
        with closing(Database.open(url)) as database:
            plant(database, [OFFICER], {papers.SCOPE: dossiers})
        central = CentralProcess(url, Path(name), "central", "--job-interval", "3600")
        try:
            central.wait()
            yield central
        finally:
            central.kill()


@contextmanager
def _store() -> Iterator[Store]:
    with (
        TemporaryDirectory(prefix="bench-wire-") as name,
        closing(Store.open(Path(name) / "store.db", KEY, clock=_now)) as store,
    ):
        yield store


@contextmanager
def _senders() -> Iterator[Senders]:
    senders = Senders()
    try:
        yield senders
    finally:
        senders.shutdown()


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid7(_now(), random.SystemRandom().randbytes)


def _figure(case: str, metric: str, value: float, unit: str, n: int) -> Figure:
    return Figure(bench=NAME, case=case, metric=metric, value=round(value, 3), unit=unit, n=n)
