"""The host of a second TWAIN worker: most TWAIN drivers are 32-bit, and a 64-bit process cannot load them."""

from __future__ import annotations

from collections.abc import Mapping

from officer_console.devices.host import DriverHost

# environment variable: the path of a 32-bit executable that is `officer_console.devices.worker`
WORKER = "OFFICER_CONSOLE_TWAIN_WORKER"
DRIVER = "twain32"


def second_host(environment: Mapping[str, str]) -> tuple[DriverHost, ...]:
    """Return the host of the 32-bit worker ``environment`` names, if it names one.

    Its devices have a driver of their own (``DRIVER``), as both workers may know a source of the same name.
    """
    path = environment.get(WORKER)
    return (DriverHost(DRIVER, command=(path, "twain"), environment=environment),) if path else ()
