"""Scans from the eSCL server of the tests, and how they end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from officer_console.devices.escl import EsclScanner
from officer_console.devices.escl_http import Patience
from officer_console.devices.scanner import Colour, DeviceError, Fault, Page, Settings, Source
from tests.devices.escl_server import Behaviour, EsclServer, escl_server

SMALL = Settings(dpi=75, width_mm=100, height_mm=50)
FEEDER = Settings(source=Source.FEEDER, dpi=75, width_mm=100, height_mm=50, colour=Colour.GREY)
QUICK = Patience(connect=2, silence=0.5, answer=1, page=1, busy=0.8)

Servers = Callable[..., EsclServer]


@pytest.fixture
def servers() -> Iterator[Servers]:
    with contextlib.ExitStack() as ended:

        def start(behaviour: Behaviour | None = None, context: object = None) -> EsclServer:
            return ended.enter_context(escl_server(behaviour or Behaviour(), context))  # type: ignore[arg-type] # ssl

        yield start


def scan(server: EsclServer | str, settings: Settings = SMALL, patience: Patience = QUICK) -> list[Page]:
    return list(EsclScanner(patience=patience).scan(server if isinstance(server, str) else server.url, settings))


def fault_of(server: EsclServer | str, settings: Settings = SMALL) -> tuple[Fault, int]:
    """Return why the scan ended and after how many pages."""
    pages = EsclScanner(patience=QUICK).scan(server if isinstance(server, str) else server.url, settings)
    count = 0
    try:
        for _page in pages:
            count += 1
    except DeviceError as error:
        return error.fault, count
    pytest.fail("it ended well")
