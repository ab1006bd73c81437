"""The file of profiles (JSON): what may stand in it, and the line of what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from officer_console.devices import places
from officer_console.devices.places import Items, Pairs, Placed
from officer_console.devices.profile import SIZES, After, Profile, ProfileDevice, ProfileError, same_name
from officer_console.devices.scanner import Colour, Source

BYTES_LIMIT = 256 * 1024
PROFILES_LIMIT = 200
DEVICES_LIMIT = 20
NAME_LIMIT = 100
ID_LIMIT = 500
DPI = (75, 1200)
MILLIMETRES = (10.0, 1000.0)
HEXADECIMAL = frozenset("0123456789abcdef")

W = TypeVar("W", bound=StrEnum)


def read(path: Path | None, *, locked: bool) -> tuple[tuple[Profile, ...], bool]:
    """Return the profiles of a file and whether it allows own ones; none of a file that is not there.

    Raises:
        ProfileError: with the line.
    """
    if path is None:
        return (), True
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_LIMIT + 1)
    except FileNotFoundError:
        return (), True
    except OSError as error:
        raise ProfileError("profiles-unreadable", path) from error
    if len(data) > BYTES_LIMIT:
        raise ProfileError("profiles-too-large", path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProfileError("profiles-malformed", path, line) from error
    return parse(text, path, locked=locked)


def parse(text: str, path: Path | None, *, locked: bool) -> tuple[tuple[Profile, ...], bool]:
    """Return the profiles of a JSON text and whether it allows own ones; raises ProfileError with the line."""
    try:
        whole = places.read(text)
    except places.PlaceError as error:
        raise ProfileError("profiles-malformed", path, error.line) from error
    reader = _Reader(path)
    top = reader.members(whole, "", {"profiles", "own_profiles"}, {"profiles"})
    profiles: list[Profile] = []
    names: set[str] = set()
    for item in reader.items(top["profiles"], "profiles", PROFILES_LIMIT):
        profile = reader.profile(item, locked=locked)
        if same_name(profile.name) in names:
            raise ProfileError("profiles-name-twice", path, item.line, profile.name)
        names.add(same_name(profile.name))
        profiles.append(profile)
    return tuple(profiles), reader.truth(top, "own_profiles", otherwise=True)


class _Reader:
    """Takes values out of a placed document; whatever does not fit is told with its line."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def profile(self, placed: Placed, *, locked: bool) -> Profile:
        keys = {"name", "devices", "source", "dpi", "colour", "size", "duplex"}
        members = self.members(placed, "profiles", keys, {"name", "devices"})
        source = self.word(members, "source", Source.FLATBED, (Source.FLATBED, Source.FEEDER))
        duplex = self.truth(members, "duplex", otherwise=False)
        if duplex and source is not Source.FEEDER:
            raise self._bad(members["duplex"], "duplex")
        width, height = self._size(members.get("size"))
        devices = self.items(members["devices"], "devices", DEVICES_LIMIT)
        if not devices:
            raise self._bad(members["devices"], "devices")
        return Profile(
            name=self.text(members, "name", NAME_LIMIT),
            devices=tuple(self._device(each) for each in devices),
            source=source,
            dpi=round(self._number(members["dpi"], "dpi", *DPI)) if "dpi" in members else 300,
            colour=self.word(members, "colour", Colour.COLOUR, tuple(Colour)),
            width_mm=width,
            height_mm=height,
            duplex=duplex,
            locked=locked,
        )

    def _device(self, placed: Placed) -> ProfileDevice:
        members = self.members(placed, "devices", {"driver", "id", "name", "fingerprint", "after"}, {"driver"})
        if "id" not in members and "name" not in members:
            raise ProfileError("profiles-key-missing", self._path, placed.line, "id")
        fingerprint = self.text(members, "fingerprint", ID_LIMIT).replace(":", "").replace(" ", "").lower()
        if "fingerprint" in members and (len(fingerprint) != 64 or not HEXADECIMAL.issuperset(fingerprint)):
            raise self._bad(members["fingerprint"], "fingerprint")
        return ProfileDevice(
            driver=self.text(members, "driver", NAME_LIMIT),
            id=self.text(members, "id", ID_LIMIT),
            name=self.text(members, "name", NAME_LIMIT),
            fingerprint=fingerprint,
            after=self.word(members, "after", After.KEEP, tuple(After)),
        )

    def members(self, placed: Placed, key: str, known: set[str], needed: set[str]) -> dict[str, Placed]:
        if not isinstance(placed.value, Pairs):
            raise self._bad(placed, key)
        members: dict[str, Placed] = {}
        for name, value in placed.value.pairs:
            if name not in known:
                raise ProfileError("profiles-key-unknown", self._path, value.line, name[:NAME_LIMIT])
            if name in members:
                raise ProfileError("profiles-key-twice", self._path, value.line, name)
            members[name] = value
        for name in sorted(needed - members.keys()):
            raise ProfileError("profiles-key-missing", self._path, placed.line, name)
        return members

    def items(self, placed: Placed, key: str, limit: int) -> tuple[Placed, ...]:
        if not isinstance(placed.value, Items) or len(placed.value.items) > limit:
            raise self._bad(placed, key)
        return placed.value.items

    def text(self, members: dict[str, Placed], key: str, limit: int) -> str:
        if key not in members:
            return ""
        value = members[key].value
        if not isinstance(value, str) or not value.strip() or len(value) > limit or not value.isprintable():
            raise self._bad(members[key], key)
        return value.strip()

    def truth(self, members: dict[str, Placed], key: str, *, otherwise: bool) -> bool:
        value = members[key].value if key in members else otherwise
        if not isinstance(value, bool):
            raise self._bad(members[key], key)
        return value

    def word(self, members: dict[str, Placed], key: str, otherwise: W, words: Sequence[W]) -> W:
        if key not in members:
            return otherwise
        for word in words:
            if members[key].value == word.value:
                return word
        raise self._bad(members[key], key)

    def _size(self, placed: Placed | None) -> tuple[float, float]:
        if placed is None:
            return SIZES["A4"]
        if isinstance(placed.value, str) and placed.value in SIZES:
            return SIZES[placed.value]
        members = self.members(placed, "size", {"width_mm", "height_mm"}, {"width_mm", "height_mm"})
        width, height = (self._number(members[key], key, *MILLIMETRES) for key in ("width_mm", "height_mm"))
        return width, height

    def _number(self, placed: Placed, key: str, least: float, most: float) -> float:
        value = placed.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self._bad(placed, key)
        return float(value)

    def _bad(self, placed: Placed, key: str) -> ProfileError:
        return ProfileError("profiles-value", self._path, placed.line, key)


def plain(profile: Profile) -> dict[str, object]:
    """Return the profile as it stands in a file."""
    size = (profile.width_mm, profile.height_mm)
    return {
        "name": profile.name,
        "devices": [_plain_device(device) for device in profile.devices],
        "source": profile.source.value,
        "dpi": profile.dpi,
        "colour": profile.colour.value,
        "size": next(
            (name for name, each in SIZES.items() if each == size), {"width_mm": size[0], "height_mm": size[1]}
        ),
        "duplex": profile.duplex,
    }


def _plain_device(device: ProfileDevice) -> dict[str, str]:
    told = {"driver": device.driver, "id": device.id, "name": device.name, "fingerprint": device.fingerprint}
    plain = {key: value for key, value in told.items() if value}
    return plain if device.after is After.KEEP else {**plain, "after": device.after.value}
