"""What every test stands on: Qt without a screen, one hypothesis profile, and logs that may not hide a warning."""

from __future__ import annotations

import gc
import logging
import os
import re
import time
from collections.abc import Callable, Generator, Iterator

# Before anything imports Qt; the journeys give their processes a real display themselves.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.postgres import blank as blank
from tests.postgres import postgres as postgres
from tests.postgres import postgres_installed as postgres_installed
from tests.postgres import postgres_url as postgres_url

# The same examples in every run and on every machine: a red test stays red until somebody mends it.
settings.register_profile(
    "repository", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
# Other examples each time, and many more of them where a test says so: ``--hypothesis-profile nightly``.
settings.register_profile(
    "nightly", derandomize=False, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repository")

OUR_LOGGERS = ("officer_console", "central_server")


class Records(logging.Handler):
    """Keeps the warnings and errors our own loggers wrote during one test."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []
        self.expected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep ``record`` as one line: logger, level, message."""
        self.texts.append(f"{record.name} {record.levelname} {record.getMessage()}")

    def complaints(self) -> list[str]:
        """Return what was logged and not expected, and what was expected and not logged."""
        unexpected = [text for text in self.texts if not any(re.search(part, text) for part in self.expected)]
        absent = [part for part in self.expected if not any(re.search(part, text) for text in self.texts)]
        return [f"unexpected log record: {text}" for text in unexpected] + [f"no log record: {part}" for part in absent]


@pytest.fixture(autouse=True)
def log_records() -> Iterator[Records]:
    """Fail the test when our code logs a warning or worse that the test did not announce by ``expect_log``."""
    records = Records()
    loggers = [logging.getLogger(name) for name in OUR_LOGGERS]
    for logger in loggers:
        logger.addHandler(records)
    yield records
    for logger in loggers:
        logger.removeHandler(records)
    complaints = records.complaints()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


class PatientBot(QtBot):
    """Waits longer before it gives up: a machine that is taken away for a while is no defect."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 30_000) -> None:  # noqa: N802 - pytest-qt's
        """Wait until ``callback`` is true or passes, at most ``timeout`` milliseconds."""
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:  # noqa: ARG001 - there has to be one
    """Return pytest-qt's robot with more patience."""
    return PatientBot(request)


@pytest.fixture
def expect_log(log_records: Records) -> Callable[[str], None]:
    """Return a function that announces a warning by a regular expression over "logger LEVEL message"."""
    return log_records.expected.append


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Keep the collector off the other threads while there are windows, as the program does."""
    if "qapp" not in getattr(item, "fixturenames", ()):
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.enable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fail when tests of one group would be spread over workers: they share a display, a server or a clock."""
    # What is there before the first test stays to the end; a collection need not look at it again.
    gc.collect()
    gc.freeze()
    if getattr(session.config.option, "loadgroup", False):
        spread = [
            item.nodeid for item in session.items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid
        ]
        if spread:
            raise pytest.UsageError(f"pytest-xdist does not keep groups together: {spread[0]}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how long the whole of ``.ci/run`` took, before pytest's own closing line."""
    started = os.environ.get("CI_STARTED")
    if started is not None:
        terminalreporter.write_line(f"whole run, set-up and static checks included: {time.time() - int(started):.0f} s")
