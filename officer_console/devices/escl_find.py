"""Scanners that announce themselves on the local network (DNS-SD over multicast DNS)."""

from __future__ import annotations

import ipaddress
import re
import threading
from collections.abc import Sequence

from zeroconf import InterfaceChoice, IPVersion, ServiceBrowser, ServiceInfo, ServiceStateChange, Zeroconf

from officer_console.devices.scanner import Device

SERVICES = {"_uscan._tcp.local.": "http", "_uscans._tcp.local.": "https"}
DEVICES_LIMIT = 64
NAME_LIMIT = 100
# the path an announcement may name; everything else in it is text to be shown
PATH = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")


def announced(seconds: float, interfaces: Sequence[str] | None = None) -> tuple[Device, ...]:
    """Listen for ``seconds`` and return what was announced, by name; nothing where the network cannot be used.

    An address is the one a device announced, as numbers; a name would have to be looked up with somebody else.
    ``interfaces``: addresses of the machine's own interfaces, all without it.
    """
    names: list[tuple[str, str]] = []
    full = threading.Event()

    def heard(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:  # noqa: ARG001 (zeroconf calls it by these names)
        if state_change is ServiceStateChange.Added and (service_type, name) not in names:
            names.append((service_type, name))
            if len(names) >= DEVICES_LIMIT:
                full.set()

    try:
        zeroconf = Zeroconf(interfaces=list(interfaces) if interfaces else InterfaceChoice.All)
    except OSError:
        return ()
    try:
        browser = ServiceBrowser(zeroconf, list(SERVICES), handlers=[heard])
        full.wait(seconds)
        browser.cancel()
        found = {}
        for service_type, name in names[:DEVICES_LIMIT]:
            info = ServiceInfo(service_type, name)
            # what was announced is in the cache already; who says only half of it is asked once
            if info.load_from_cache(zeroconf) or info.request(zeroconf, 500):
                device = _device(info, SERVICES[service_type])
                if device is not None:
                    found[device.id] = device
    finally:
        zeroconf.close()
    return tuple(sorted(found.values(), key=lambda device: (device.name, device.id)))


def _device(info: ServiceInfo, scheme: str) -> Device | None:
    texts = {
        key.decode("utf-8", "replace").lower(): (value or b"").decode("utf-8", "replace")
        for key, value in info.properties.items()
    }
    path = texts.get("rs", "eSCL").strip("/") or "eSCL"
    hosts = [host for each in info.parsed_addresses(IPVersion.All) if (host := _host(each)) is not None]
    if not hosts or not info.port or PATH.fullmatch(path) is None:
        return None
    label = texts.get("ty") or info.name.removesuffix("." + info.type)
    name = "".join(letter if letter.isprintable() else " " for letter in label).strip()[:NAME_LIMIT]
    return Device(driver="escl", id=f"{scheme}://{hosts[0]}:{info.port}/{path}", name=name or "eSCL")


def _host(text: str) -> str | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv4Address):
        return None if found.is_multicast or found.is_unspecified else str(found)
    return None if found.is_link_local or found.is_multicast or found.is_unspecified else f"[{found}]"
