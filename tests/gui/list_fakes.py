"""Small stand-ins for the services behind the list, the frame and the sign-in window."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from officer_console.background.news import News
from officer_console.domain.officer import Officer, Role
from officer_console.domain.reference import Reference, Settings
from officer_console.domain.search import Criteria, Row

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LABELS = Path(__file__).parents[2] / "resources" / "reference" / "labels.json"
REFERENCE = Reference(settings=Settings(), labels=json.loads(LABELS.read_text(encoding="utf-8")))
OFFICER = Officer(id="o1", username="ha", full_name="Nguyễn Thu Hà", role=Role.OFFICER, scopes=("07906",))
NAMES = ("Đặng Thị Ước", "Nguyễn Văn Hòa", "Trần Thị Thúy Hường", "Lê Hoàng Vỹ", "Phạm Thị Ngọc Ẩn", "Võ Đình Khuê")
STATUSES = ("pending", "processing", "pending", "checking", "awaiting_registry", "pending")


@dataclass
class FakeJob:
    """A job that can be dropped."""

    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class Immediately:
    """Runs work at once, on the spot."""

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> FakeJob:
        job = FakeJob()
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - stands in for the job runner
            failed(error)
            return job
        done(result)
        return job


class Later:
    """Keeps work until the test lets it go, in any order; cancelled work still calls nothing."""

    def __init__(self) -> None:
        self.waiting: list[tuple[FakeJob, Callable[[], None]]] = []

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> FakeJob:
        job = FakeJob()

        def go() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - stands in for the job runner
                failed(error)
                return
            done(result)

        self.waiting.append((job, go))
        return job

    def finish(self, number: int, *, although_cancelled: bool = False) -> None:
        job, go = self.waiting[number]
        if not job.cancelled or although_cancelled:
            go()

    def finish_all(self) -> None:
        while self.waiting:
            job, go = self.waiting.pop(0)
            if not job.cancelled:
                go()


@dataclass(frozen=True)
class FakePage:
    rows: tuple[Row, ...]
    next: object | None


@dataclass(frozen=True)
class FakeCount:
    value: int
    more: bool


@dataclass(frozen=True)
class FakeMarks:
    count: int


def row(number: int, **values: object) -> Row:
    """Return the ``number``-th made-up row."""
    declared = TODAY - timedelta(days=12) + timedelta(days=number // 3 % 13)
    made = Row(
        position=number,
        id=f"d{number}",
        number=f"{1000123 + number}/07906",
        kind=("register", "change", "register", "stop")[number % 4],
        status=STATUSES[number % 6],
        social_code=f"{123456789 + number:010d}",
        full_name=NAMES[number % 6],
        birth=f"{number % 27 + 1:02d}/{number % 12 + 1:02d}/{1960 + number % 45}",
        declared_day=declared.toordinal(),
        due_day=(declared + timedelta(days=10)).toordinal(),
        officer_name="Trần Văn Hùng" if STATUSES[number % 6] == "processing" else None,
    )
    return made._replace(**values)


class FakeQueue:
    """Answers from rows made on the fly; ``total`` rows, or the rows given."""

    def __init__(self, total: int = 250, rows: tuple[Row, ...] | None = None) -> None:
        self.total = total if rows is None else len(rows)
        self.rows = rows
        self.asked: list[Criteria] = []
        self.windows: list[int] = []
        self.interrupts = 0
        self.error: Exception | None = None
        self.shift = 0

    def at(self, position: int) -> Row:
        return self.rows[position] if self.rows is not None else row(position + self.shift)

    def page(self, criteria: Criteria, after: None = None, limit: int = 100) -> FakePage:
        assert after is None
        self.asked.append(criteria)
        if self.error is not None:
            raise self.error
        if criteria.name:
            matching = [self.at(i) for i in range(min(self.total, 600)) if criteria.name in self.at(i).full_name]
            return FakePage(tuple(matching[:limit]), None)
        rows = tuple(self.at(i) for i in range(min(limit, self.total)))
        return FakePage(rows, object() if self.total > limit else None)

    def count(self, criteria: Criteria) -> FakeCount:  # noqa: ARG002 - the protocol's name
        return FakeCount(min(self.total, 1000), self.total > 1000)

    def anchors(self, criteria: Criteria) -> FakeMarks:  # noqa: ARG002 - the protocol's name
        return FakeMarks(self.total)

    def window(self, criteria: Criteria, anchors: FakeMarks, first: int, count: int) -> tuple[Row, ...]:  # noqa: ARG002
        self.windows.append(first)
        return tuple(self.at(i) for i in range(first, min(first + count, self.total)))

    def interrupt(self) -> None:
        self.interrupts += 1


@dataclass(frozen=True)
class FakeChange:
    dossier_ids: frozenset[str] = frozenset()
    all_dossiers: bool = False
    reference: bool = False


@dataclass(frozen=True)
class FakeStatus:
    online: bool = True
    serving: bool = True
    signed_in: bool = True
    last_sync: datetime | None = NOW
    waiting: int = 0
    attention: int = 0
    first_sync_done: bool = True
    progress: int | None = None
    error_code: str | None = None
    recorded: int = 0
    confirmed: int = 0
    unread: int = 0
    rest_until: datetime | None = None


@dataclass(frozen=True)
class FakeSession:
    officer: Officer = OFFICER
    online: bool = True


class CodedError(Exception):
    """An error that carries a code, as the program's own do."""

    def __init__(self, code: str, problem: object = None) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem


@dataclass
class FakeSignIn:
    """Accepts one password; ``error`` is raised instead when set."""

    error: Exception | None = None
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def sign_in(self, username: str, password: str, old_password: str | None = None) -> FakeSession:
        self.asked.append((username, password, old_password))
        if self.error is not None:
            raise self.error
        return FakeSession()


def clock() -> datetime:
    """Return the time of every test here."""
    return NOW


def news() -> News:
    """Return the real news object."""
    return News()
