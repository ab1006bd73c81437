"""The desk over real hosts whose workers behave as each test says."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from officer_console.devices.desk import Listing, Passed, ScanDesk, Scanned, start_hosts
from officer_console.devices.host import DriverHost, Seconds
from officer_console.devices.profile import Profile, ProfileDevice
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import Device, DeviceError, Fault, Settings, Source

pytestmark = pytest.mark.timeout(60)

# argument 1 says per device what a scan gives: "page" or a fault; "hang" is silent, also as the name of a request
WORKER = r"""
import json, sys, threading
plan = json.loads(sys.argv[1])
out = sys.stdout.buffer
def say(line, data=b""):
    out.write(json.dumps(line).encode() + b"\n" + data); out.flush()
def give(step):
    if step == "hang":
        threading.Event().wait(100)
    elif step == "page":
        say({"page": 1, "bytes": 5, "media_type": "image/jpeg", "dpi": 300}, b"12345")
    elif step == "settings":
        data = json.dumps(request["settings"]).encode()
        say({"page": 1, "bytes": len(data), "media_type": "image/jpeg", "dpi": 300}, data)
    else:
        say({"fault": step, "detail": request.get("device", "")})
        return False
    return True
say({"ready": "x"})
for raw in sys.stdin.buffer:
    request = json.loads(raw)
    asked, device = request["do"], request.get("device", "")
    if asked == "cancel":
        break
    if asked in plan.get("hang", ()):
        give("hang")
    if asked == "devices":
        if plan.get("list", "yes") == "yes":
            say({"devices": [{"id": each, "name": "Scanner " + each} for each in plan.get("listed", plan["scan"])]})
        else:
            say({"fault": plan["list"]})
    elif asked != "accept" and device not in plan["scan"]:
        say({"fault": "no-device"})
    elif asked == "capabilities":
        say({"capabilities": {"sources": ["feeder"], "dpis": [75, 100, 150, 600], "colours": ["colour", "grey"],
             "width_mm": 216, "height_mm": 356}})
    elif asked == "accept":
        say({"accepted": True} if request["digest"] in plan.get("kept", ()) else {"fault": "driver"})
    elif all([give(step) for step in plan["scan"][device]]):
        say({"done": 1})
"""
SECONDS = Seconds(start=20, answer=1.5, silence=1.5, grace=0.5)

Plan = dict[str, object]
Desks = Callable[..., ScanDesk]


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    """Make a desk of drivers, each with what its worker does; profiles are those of a file."""
    with contextlib.ExitStack() as ended:

        def make(*profiles: dict[str, object], **plans: Plan) -> ScanDesk:
            path = tmp_path / "profiles.json"
            path.write_text(json.dumps({"profiles": profiles}))
            hosts = [
                DriverHost(name, command=(sys.executable, "-c", WORKER, json.dumps(plan)), seconds=SECONDS)
                for name, plan in plans.items()
            ]
            desk = ScanDesk(hosts, Profiles(path, None))
            ended.callback(desk.close)
            return desk

        yield make


def profile(*devices: str) -> Profile:
    """Return a profile of devices written as driver/id."""
    pairs = [each.split("/") for each in devices]
    return Profile(name="p", devices=tuple(ProfileDevice(driver=driver, id=device_id) for driver, device_id in pairs))


def fault_of(pages: Iterator[Scanned]) -> tuple[Fault, int]:
    """Return why the scan ended and after how many pages."""
    count = 0
    try:
        for _each in pages:
            count += 1
    except DeviceError as error:
        return error.fault, count
    pytest.fail("it ended well")


def test_the_devices_of_all_drivers_are_listed(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": [], "b": []}}, escl={"scan": {"c": []}})
    listings = desk.devices()
    assert [listing.driver for listing in listings] == ["sane", "escl"]
    assert [[device.id for device in listing.devices] for listing in listings] == [["a", "b"], ["c"]]
    assert listings[1].devices[0] == Device(driver="escl", id="c", name="Scanner c")


def test_drivers_that_hang_or_fail_cost_their_own_time_only(desks: Desks) -> None:
    order: list[str] = []
    heard = threading.Event()

    def told(listing: Listing) -> None:
        order.append(listing.driver)
        if listing.driver == "good":
            heard.set()

    desk = desks(
        one={"scan": {}, "hang": ["devices"]},
        two={"scan": {}, "hang": ["devices"]},
        bad={"scan": {}, "list": "driver"},
        good={"scan": {"a": []}},
    )
    began = time.monotonic()
    faults = {listing.driver: listing.fault for listing in desk.devices(told)}
    assert faults == {"one": Fault.TIMEOUT, "two": Fault.TIMEOUT, "bad": Fault.DRIVER, "good": None}
    assert heard.is_set()
    assert set(order[:2]) == {"bad", "good"}
    assert time.monotonic() - began < 20


def test_a_driver_that_is_not_there_is_a_fault_of_its_own() -> None:
    desk = ScanDesk([DriverHost("x", command=("/no/such/worker",))], Profiles(None, None))
    (listing,) = desk.devices()
    assert (listing.devices, listing.fault) == ((), Fault.DRIVER)
    assert ScanDesk([], Profiles(None, None)).devices() == ()


def test_a_device_a_profile_names_is_listed_when_it_answers(desks: Desks) -> None:
    named = [{"driver": "escl", "id": each, "name": each.upper()} for each in ("silent", "gone")]
    desk = desks({"name": "p", "devices": named}, escl={"listed": ["a"], "scan": {"a": [], "silent": []}})
    (listing,) = desk.devices()
    assert [(device.id, device.name) for device in listing.devices] == [("a", "Scanner a"), ("silent", "SILENT")]


@pytest.mark.parametrize("fault", [Fault.NO_DEVICE, Fault.OFFLINE, Fault.BUSY, Fault.DRIVER])
def test_the_next_device_scans_when_the_first_cannot(desks: Desks, fault: Fault) -> None:
    desk = desks(sane={"scan": {"a": [fault]}}, escl={"scan": {"b": ["page", "page"]}})
    passed: list[Passed] = []
    pages = list(desk.scan(profile("sane/a", "escl/b"), passed=passed.append))
    assert [(page.number, page.device.id, page.page.data) for page in pages] == [(1, "b", b"12345"), (2, "b", b"12345")]
    assert [(each.device.id, each.fault) for each in passed] == [("a", fault)]


def test_a_device_that_hangs_is_passed_over_in_bounded_time(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["hang"]}}, escl={"scan": {"b": ["page"]}})
    passed: list[Passed] = []
    began = time.monotonic()
    assert len(list(desk.scan(profile("sane/a", "escl/b"), passed=passed.append))) == 1
    assert [each.fault for each in passed] == [Fault.TIMEOUT]
    assert time.monotonic() - began < 15


def test_a_missing_driver_is_passed_over(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["page"]}})
    assert len(list(desk.scan(profile("twain/any", "sane/gone", "sane/a")))) == 1


@pytest.mark.parametrize(
    "fault", [Fault.NO_PAPER, Fault.JAM, Fault.COVER_OPEN, Fault.DOUBLE_FEED, Fault.CERTIFICATE, Fault.TRUNCATED]
)
def test_what_concerns_the_paper_is_told_at_once(desks: Desks, fault: Fault) -> None:
    desk = desks(sane={"scan": {"a": [fault], "b": ["page"]}})
    assert fault_of(desk.scan(profile("sane/a", "sane/b"))) == (fault, 0)


@pytest.mark.parametrize("fault", ["offline", "driver", "hang"])
def test_after_a_page_no_other_device_goes_on(desks: Desks, fault: str) -> None:
    desk = desks(sane={"scan": {"a": ["page", fault], "b": ["page"]}})
    told, count = fault_of(desk.scan(profile("sane/a", "sane/b")))
    assert (told, count) == (Fault.TIMEOUT if fault == "hang" else Fault(fault), 1)


def test_when_no_device_can_the_first_ones_reason_is_told(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["offline"], "b": ["busy"]}})
    assert fault_of(desk.scan(profile("sane/a", "sane/b", "twain/c"))) == (Fault.OFFLINE, 0)
    assert fault_of(desk.scan(Profile(name="none", devices=()))) == (Fault.NO_DEVICE, 0)


def test_a_device_is_found_by_its_name(desks: Desks) -> None:
    desk = desks(sane={"scan": {"usb:7": ["page"], "usb:8": ["jam"]}})
    by_name = Profile(name="p", devices=(ProfileDevice(driver="sane", name="scanner USB:7"),))
    (scanned,) = desk.scan(by_name)
    assert scanned.device.id == "usb:7"
    unknown = Profile(name="p", devices=(ProfileDevice(driver="sane", name="other"),))
    assert fault_of(desk.scan(unknown)) == (Fault.NO_DEVICE, 0)


def test_cancel_ends_the_scan_and_asks_no_other_device(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["page", "hang"], "b": ["page"]}})
    pages = desk.scan(profile("sane/a", "sane/b"))
    next(pages)
    desk.cancel()
    assert fault_of(pages) == (Fault.CANCELLED, 0)
    assert len(list(desk.scan(profile("sane/b")))) == 1


def test_a_cancel_before_the_first_page_asks_no_other_device(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["hang"], "b": ["page"]}})
    stop = threading.Event()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    assert fault_of(desk.scan(profile("sane/a", "sane/b"), stop=stop)) == (Fault.CANCELLED, 0)
    timer.join()


def test_a_second_scan_at_the_same_desk_is_busy_and_goes_to_no_other_device(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["page", "page"]}}, escl={"scan": {"b": ["page"]}})
    pages = desk.scan(profile("sane/a"))
    next(pages)
    assert fault_of(desk.scan(profile("sane/a", "escl/b"))) == (Fault.BUSY, 0)
    assert len(list(pages)) == 1


def test_leaving_a_scan_lets_go_of_the_desk(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["page", "page"]}})
    with contextlib.closing(desk.scan(profile("sane/a"))) as pages:
        next(pages)
    assert len(list(desk.scan(profile("sane/a")))) == 2


def test_a_test_scan_takes_one_modest_page(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["settings", "page"], "empty": []}})
    trial = desk.test(Device(driver="sane", id="a", name=""))
    asked = json.loads(trial.page.data)
    assert (asked["source"], asked["dpi"], asked["colour"], asked["width_mm"]) == (Source.FEEDER, 100, "grey", 210)
    assert 0 < trial.seconds < 20
    with pytest.raises(DeviceError) as told:
        desk.test(Device(driver="sane", id="empty", name=""))
    assert told.value.fault is Fault.NO_PAPER
    with pytest.raises(DeviceError) as told:
        desk.test(Device(driver="none", id="a", name=""))
    assert told.value.fault is Fault.NO_DEVICE


def test_the_settings_of_the_profile_reach_the_driver(desks: Desks) -> None:
    desk = desks(sane={"scan": {"a": ["settings"]}})
    duplex = Profile(name="p", devices=profile("sane/a").devices, source=Source.FEEDER, duplex=True, dpi=200)
    (scanned,) = desk.scan(duplex)
    assert json.loads(scanned.page.data)["source"] == "duplex"
    assert json.loads(scanned.page.data)["dpi"] == 200


def test_a_kept_page_is_told_to_its_driver_by_its_hash(desks: Desks) -> None:
    digest = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"
    desk = desks(sane={"scan": {"a": ["page"]}, "kept": [digest]}, escl={"scan": {"a": ["page"]}})
    (scanned,) = desk.scan(profile("sane/a"))
    desk.accept(scanned)
    (scanned,) = desk.scan(profile("escl/a"))
    with pytest.raises(DeviceError):
        desk.accept(scanned)


def test_each_platform_has_its_drivers(tmp_path: Path) -> None:
    assert [host.driver for host in start_hosts(tmp_path, platform="linux")] == ["sane", "escl", "folder"]
    assert [host.driver for host in start_hosts(tmp_path, platform="win32")] == ["twain", "wia", "escl", "folder"]


def test_settings_without_a_profile_are_the_usual_ones() -> None:
    assert Profile(name="p", devices=()).settings == Settings()
