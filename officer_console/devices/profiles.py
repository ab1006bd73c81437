"""The profiles of both files: the administrator's, which nobody else changes, and the officer's own."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

from officer_console.devices.profile import Profile, ProfileError, same_name
from officer_console.devices.profile_file import parse, plain, read


class Profiles:
    """The profiles of both files; the officer's own are kept in ``own_path``, the administrator's are never written.

    ``problem`` is set when the officer's own file cannot be used: the administrator's profiles still hold, and nothing
    is saved over that file. ``shadowed`` are names of own profiles that are ignored, as the administrator has them.
    """

    def __init__(self, administrator_path: Path | None, own_path: Path | None) -> None:
        """Read both files; one that is not there has no profiles.

        Raises:
            ProfileError: the administrator's file cannot be used.
        """
        self._own_path = own_path
        self._locked, self.own_allowed = read(administrator_path, locked=True)
        self._own: tuple[Profile, ...] = ()
        self.problem: ProfileError | None = None
        try:
            self._own, _ = read(own_path, locked=False)
        except ProfileError as error:
            self.problem = error
        names = {same_name(profile.name) for profile in self._locked}
        self.shadowed = tuple(profile.name for profile in self._own if same_name(profile.name) in names)
        self._own = tuple(profile for profile in self._own if same_name(profile.name) not in names)

    def all(self) -> tuple[Profile, ...]:
        """Return the administrator's profiles, then the officer's own where they are allowed."""
        return self._locked + (self._own if self.own_allowed else ())

    def get(self, name: str) -> Profile:
        """Return the profile of that name, capitals and spacing aside; raises ProfileError (``profile-unknown``)."""
        for profile in self.all():
            if same_name(profile.name) == same_name(name):
                return profile
        raise ProfileError("profile-unknown", key=name)

    def save(self, profile: Profile) -> None:
        """Keep an own profile, in place of one of the same name; raises ProfileError."""
        self._changeable(profile.name)
        text = json.dumps({"profiles": [plain(profile)]}, ensure_ascii=False)
        (checked,), _ = parse(text, self._own_path, locked=False)
        others = tuple(each for each in self._own if same_name(each.name) != same_name(profile.name))
        self._write((*others, checked))

    def remove(self, name: str) -> None:
        """Forget an own profile; raises ProfileError."""
        self._changeable(name)
        rest = tuple(each for each in self._own if same_name(each.name) != same_name(name))
        if len(rest) == len(self._own):
            raise ProfileError("profile-unknown", key=name)
        self._write(rest)

    def _changeable(self, name: str) -> None:
        if not self.own_allowed or any(same_name(name) == same_name(each.name) for each in self._locked):
            raise ProfileError("profile-locked", key=name)
        if self.problem is not None:
            raise self.problem

    def _write(self, profiles: Sequence[Profile]) -> None:
        if self._own_path is None:
            raise ProfileError("profiles-unreadable")
        text = json.dumps({"profiles": [plain(each) for each in profiles]}, ensure_ascii=False, indent=2)
        fresh = self._own_path.with_suffix(".new")
        try:
            self._own_path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(text + "\n", encoding="utf-8")
            fresh.replace(self._own_path)
        except OSError as error:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise ProfileError("profiles-unreadable", self._own_path) from error
        self._own = tuple(profiles)
