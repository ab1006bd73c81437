"""Fakes behind the window about captured pages: shots of drawn pages, and a desk of scanners that does as told."""

from __future__ import annotations

import io
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from officer_console.devices.desk import Listing, Passed, Scanned, Trial
from officer_console.devices.profile import Profile, ProfileDevice, ProfileError
from officer_console.devices.scanner import Capabilities, Colour, Device, DeviceError, Fault, Page, Source
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb
from officer_console.services.shots import Shot, Shots
from tests.gui.review_samples import digest

LAMP = Device(driver="sane", id="test:0", name="Máy quét quầy 1")
COUNTER = Profile(name="Quầy 1", devices=(ProfileDevice(driver="sane", id="test:0", name="Máy 1"),), locked=True)
OWN = Profile(
    name="Của tôi",
    devices=(ProfileDevice(driver="sane", name="Máy"),),
    source=Source.FEEDER,
    dpi=200,
    colour=Colour.GREY,
)


@dataclass
class FakeProfiles:
    """Profiles in memory."""

    found: list[Profile] = field(default_factory=lambda: [COUNTER, OWN])
    problem: ProfileError | None = None
    own_allowed: bool = True

    def all(self) -> tuple[Profile, ...]:
        return tuple(self.found)

    def save(self, profile: Profile) -> None:
        if profile.name == COUNTER.name:
            raise ProfileError("profile-locked", key=profile.name)
        self.found = [each for each in self.found if each.name != profile.name] + [profile]

    def remove(self, name: str) -> None:
        rest = [each for each in self.found if each.name != name]
        if len(rest) == len(self.found):
            raise ProfileError("profile-unknown", key=name)
        self.found = rest


@dataclass
class FakeDesk:
    """Gives ``pages``, then raises ``fault`` if there is one; ``waits`` holds a scan until it is stopped."""

    pages: Sequence[bytes] = ()
    fault: DeviceError | None = None
    passed: Sequence[Passed] = ()
    waits: bool = False
    listings: tuple[Listing, ...] = (Listing(driver="sane", devices=(LAMP,)),)
    profiles: FakeProfiles = field(default_factory=FakeProfiles)
    accepted: list[bytes] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    scanning: threading.Event = field(default_factory=threading.Event)

    def devices(self, told: Callable[[Listing], None] | None = None) -> tuple[Listing, ...]:
        for listing in self.listings:
            if told is not None:
                told(listing)
        return self.listings

    def scan(
        self,
        profile: Profile,
        *,
        stop: threading.Event | None = None,
        moved: Callable[[float], None] | None = None,
        passed: Callable[[Passed], None] | None = None,
    ) -> Iterator[Scanned]:
        try:
            for each in self.passed:
                if passed is not None:
                    passed(each)
            for number, data in enumerate(self.pages, 1):
                if moved is not None:
                    moved(0.5)
                page = Page(data=data, media_type="image/png", dpi=profile.dpi)
                yield Scanned(page=page, number=number, device=LAMP)
            self.scanning.set()
            if self.waits:
                assert stop is not None
                assert stop.wait(20)
                raise DeviceError(Fault.CANCELLED)
            if self.fault is not None:
                raise self.fault
        finally:
            self.left.append(profile.name)

    def test(self, device: Device, *, stop: threading.Event | None = None) -> Trial:  # noqa: ARG002 - the desk's
        if self.fault is not None:
            raise self.fault
        can = Capabilities(
            sources=(Source.FLATBED,), dpis=(100,), colours=(Colour.COLOUR,), width_mm=210.0, height_mm=297.0
        )
        return Trial(page=Page(data=self.pages[0], media_type="image/png", dpi=100), can=can, seconds=1.25)

    def cancel(self) -> None:
        self.left.append("cancel")

    def accept(self, scanned: Scanned) -> None:
        self.accepted.append(scanned.page.data)


class FakeCapture(Shots):
    """Real pictures through the real gate; what is attached is only noted."""

    def __init__(self, gate: Gate) -> None:
        numbers = itertools.count(1)
        super().__init__(gate, lambda: f"shot-{next(numbers)}")
        self.attached: list[tuple[str, AttachmentKind, Edit, str]] = []
        self.attach_error: Exception | None = None

    def attach(self, dossier_id: str, kind: AttachmentKind, shot: Shot, edit: Edit, reason: str) -> Attachment:
        if self.attach_error is not None:
            raise self.attach_error
        self.attached.append((dossier_id, kind, edit, reason))
        return Attachment(kind=kind, sha256=digest(shot.id), media_type="image/jpeg", size=1)


def png(rgb: Rgb) -> bytes:
    """Return drawn pixels as a file."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG")
    return file.getvalue()


def settled(model: Any) -> bool:
    """Whether nothing is under way in a capture."""
    return not model.busy and not model.scan.active and not any(sheet.busy for sheet in model.sheets)
