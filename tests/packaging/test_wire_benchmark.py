"""What ``python -m bench wire`` sends over the line is what an office has, and what it counts is what passes."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing
from datetime import date

import pytest

from bench import papers
from bench.lines import Lines, Plan
from bench.wire import Traffic, slow, traffic
from officer_console.domain.checks import Level, decision_findings
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.reference import Reference
from tests import builders

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def archive() -> list[Dossier]:
    return papers.archive(40, seed=1, today=TODAY)


def test_the_archive_is_one_office_in_the_order_of_its_last_changes(archive: list[Dossier]) -> None:
    assert len(archive) == 40
    assert {about.scope_id for about in archive} == {papers.SCOPE}
    lasts = [about.history[-1].at for about in archive]
    assert lasts == sorted(lasts)


def test_no_two_dossiers_share_a_picture(archive: list[Dossier]) -> None:
    pictures = [picture.sha256 for about in archive for picture in about.attachments]
    assert len(pictures) > 2 * len(archive)
    assert len(set(pictures)) == len(pictures)


@pytest.mark.parametrize("make", [papers.archive, papers.waiting])
def test_the_same_seed_gives_the_same_dossiers(make: Callable[..., list[Dossier]]) -> None:
    assert make(5, seed=3, today=TODAY) == make(5, seed=3, today=TODAY)
    assert make(5, seed=3, today=TODAY) != make(5, seed=4, today=TODAY)


def test_what_waits_lacks_nothing_but_the_decision() -> None:
    for about in papers.waiting(30, seed=1, today=TODAY):
        findings = decision_findings(about, builders.decision(about), Reference(), TODAY)
        assert about.status is Status.PENDING
        assert [finding for finding in findings if finding.level is Level.ERROR] == []


def test_traffic_is_what_came_after() -> None:
    assert Traffic(30, 500, 4).since(Traffic(10, 200, 3)) == Traffic(20, 300, 1)


def test_a_slow_line_takes_half_the_round_trip_each_way() -> None:
    assert slow(256, 150) == (Plan(delay=0.075), 32_000)


def test_a_line_counts_what_passes_each_way() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with closing(Lines(f"http://127.0.0.1:{port}")) as lines:
            with socket.create_connection(("127.0.0.1", int(lines.url.rpartition(":")[2]))) as desk:
                desk.sendall(b"12345")
                central, _ = server.accept()
                with central:
                    assert central.recv(5, socket.MSG_WAITALL) == b"12345"
                    central.sendall(b"123456789")
                    assert desk.recv(9, socket.MSG_WAITALL) == b"123456789"
            assert traffic(lines) == Traffic(5, 9, 1)
