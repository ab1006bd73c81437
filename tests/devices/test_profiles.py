"""Profiles of scanning in the administrator's file and the officer's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console import config
from officer_console.devices import places
from officer_console.devices.places import Items, Pairs, Placed
from officer_console.devices.profile import After, Profile, ProfileDevice, ProfileError
from officer_console.devices.profile_file import parse
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import Colour, Settings, Source

PIN = "ab" * 32
FULL = f"""{{
  "profiles": [
    {{
      "name": "Quầy 1",
      "devices": [
        {{"driver": "escl", "id": "https://192.0.2.7/eSCL", "fingerprint": "{":".join(["AB"] * 32)}"}},
        {{"driver": "sane", "name": "fi-7160"}},
        {{"driver": "folder", "id": "/srv/scan", "after": "move"}}
      ],
      "source": "feeder",
      "dpi": 200,
      "colour": "grey",
      "size": {{"width_mm": 210, "height_mm": 330}},
      "duplex": true
    }},
    {{"name": "Thẻ", "devices": [{{"driver": "sane", "id": "test:0"}}], "size": "card"}}
  ]
}}
"""
OWN = Profile(name="Của tôi", devices=(ProfileDevice(driver="sane", id="test:1"),))


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refused(text: str) -> ProfileError:
    with pytest.raises(ProfileError) as told:
        parse(text, None, locked=True)
    return told.value


def test_a_profile_says_devices_in_order_and_settings() -> None:
    (counter, card), own_allowed = parse(FULL, None, locked=True)
    assert counter.settings == Settings(source=Source.DUPLEX, dpi=200, colour=Colour.GREY, width_mm=210, height_mm=330)
    assert [device.driver for device in counter.devices] == ["escl", "sane", "folder"]
    assert counter.devices[0].device_id == f"https://192.0.2.7/eSCL#sha256={PIN}"
    assert counter.devices[1].device_id == ""
    assert counter.devices[2].device_id == "move:/srv/scan"
    assert card.settings == Settings(width_mm=85.6, height_mm=53.98)
    assert counter.locked
    assert own_allowed


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "key"),
    [
        ('"dpi": 200,', '"dpi": 200', "profiles-malformed", 12, ""),
        ('"dpi": 200', '"dpi": 20000', "profiles-value", 11, "dpi"),
        ('"dpi": 200', '"dpi": true', "profiles-value", 11, "dpi"),
        ('"dpi": 200', '"dpi": NaN', "profiles-value", 11, "dpi"),
        ('"dpi": 200', '"dip": 200', "profiles-key-unknown", 11, "dip"),
        ('"dpi": 200', '"colour": "grey"', "profiles-key-twice", 12, "colour"),
        ('"source": "feeder"', '"source": "flatbed"', "profiles-value", 14, "duplex"),
        ('"source": "feeder"', '"source": "duplex"', "profiles-value", 10, "source"),
        ('"height_mm": 330', '"height_mm": 0', "profiles-value", 13, "height_mm"),
        ('"size": "card"', '"size": "A0"', "profiles-value", 16, "size"),
        ('"name": "Thẻ"', '"name": "QUẦY  1"', "profiles-name-twice", 16, "QUẦY  1"),
        ('"name": "Thẻ", ', "", "profiles-key-missing", 16, "name"),
        ('"name": "Thẻ"', '"name": "  "', "profiles-value", 16, "name"),
        ('"name": "Thẻ"', '"name": "a\\nb"', "profiles-value", 16, "name"),
        ('"name": "fi-7160"', '"after": "keep"', "profiles-key-missing", 7, "id"),
        ('"after": "move"', '"after": "burn"', "profiles-value", 8, "after"),
        (":AB", "", "profiles-value", 6, "fingerprint"),
        ('[{"driver": "sane", "id": "test:0"}]', "[]", "profiles-value", 16, "devices"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(old: str, new: str, code: str, line: int, key: str) -> None:
    assert old in FULL
    told = refused(FULL.replace(old, new))
    assert (told.code, told.line, told.key) == (code, line, key)


@pytest.mark.parametrize("text", ["", "[]", "{}", "3", "[" * 100_000, '{"profiles": {}}', '{"profiles": [3]}'])
def test_a_file_of_another_shape_is_refused(text: str) -> None:
    assert refused(text).code in {"profiles-malformed", "profiles-value", "profiles-key-missing"}


def test_no_file_is_no_profile(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path / "none.json", tmp_path / "none-either.json")
    assert profiles.all() == ()
    assert Profiles(None, None).all() == ()


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "profiles.json"
    bad.write_bytes(b'{\n"profiles": [\xff]}')
    with pytest.raises(ProfileError) as told:
        Profiles(bad, None)
    assert (told.value.code, told.value.line) == ("profiles-malformed", 2)
    bad.write_bytes(b" " * 300_000)
    with pytest.raises(ProfileError) as told:
        Profiles(bad, None)
    assert told.value.code == "profiles-too-large"
    with pytest.raises(ProfileError) as told:
        Profiles(tmp_path, None)
    assert told.value.code == "profiles-unreadable"


def test_own_profiles_are_kept_changed_and_forgotten(tmp_path: Path) -> None:
    own = tmp_path / "new" / "profiles.json"
    Profiles(None, own).save(OWN)
    changed = Profile(
        name="của  TÔI",
        devices=(ProfileDevice(driver="folder", id="/srv/ảnh", after=After.MOVE),),
        source=Source.FEEDER,
        duplex=True,
        width_mm=100,
        height_mm=150.5,
    )
    Profiles(None, own).save(changed)
    assert Profiles(None, own).all() == (changed,)
    assert Profiles(None, own).get("Của tôi") == changed
    Profiles(None, own).remove("Của tôi")
    assert Profiles(None, own).all() == ()
    with pytest.raises(ProfileError) as told:
        Profiles(None, own).remove("Của tôi")
    assert told.value.code == "profile-unknown"


def test_the_administrators_profiles_are_neither_changed_nor_shadowed(tmp_path: Path) -> None:
    administrator = written(tmp_path / "site.json", FULL)
    mine = FULL.replace("Quầy 1", "quầy 1").replace("Thẻ", "Riêng").replace("/srv/scan", "/elsewhere")
    own = written(tmp_path / "own.json", mine)
    profiles = Profiles(administrator, own)
    assert [profile.name for profile in profiles.all()] == ["Quầy 1", "Thẻ", "Riêng"]
    assert profiles.get("quầy 1").devices[2].id == "/srv/scan"
    assert profiles.shadowed == ("quầy 1",)
    for name in ("Quầy 1", "ｑｕầｙ 1", " quầy   1 "):
        with pytest.raises(ProfileError) as told:
            profiles.save(Profile(name=name, devices=OWN.devices))
        assert told.value.code == "profile-locked"
        with pytest.raises(ProfileError) as told:
            profiles.remove(name)
        assert told.value.code == "profile-locked"
    assert administrator.read_text(encoding="utf-8") == FULL
    assert own.read_text(encoding="utf-8") == mine


def test_an_administrator_may_allow_no_others(tmp_path: Path) -> None:
    administrator = written(tmp_path / "site.json", FULL.replace("{\n", '{\n"own_profiles": false,\n', 1))
    own = tmp_path / "own.json"
    Profiles(None, own).save(OWN)
    profiles = Profiles(administrator, own)
    assert [profile.name for profile in profiles.all()] == ["Quầy 1", "Thẻ"]
    with pytest.raises(ProfileError) as told:
        profiles.save(OWN)
    assert told.value.code == "profile-locked"


def test_an_own_file_that_cannot_be_read_is_told_and_never_overwritten(tmp_path: Path) -> None:
    own = written(tmp_path / "own.json", "{\n oops")
    profiles = Profiles(written(tmp_path / "site.json", FULL), own)
    assert len(profiles.all()) == 2
    assert profiles.problem is not None
    assert (profiles.problem.code, profiles.problem.line) == ("profiles-malformed", 2)
    with pytest.raises(ProfileError):
        profiles.save(OWN)
    assert own.read_text() == "{\n oops"


def test_a_profile_that_could_not_be_read_again_is_not_saved(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    with pytest.raises(ProfileError) as told:
        Profiles(None, own).save(Profile(name="x", devices=(), dpi=300))
    assert told.value.code == "profiles-value"
    assert not own.exists()


def plain(placed: Placed) -> object:
    if isinstance(placed.value, Pairs):
        return {key: plain(value) for key, value in placed.value.pairs}
    if isinstance(placed.value, Items):
        return [plain(item) for item in placed.value.items]
    return placed.value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON, st.sampled_from([None, 0, 2]))
def test_placing_reads_the_same_as_json(value: object, indent: int | None) -> None:
    assert plain(places.read(json.dumps(value, indent=indent))) == value


@given(st.text(alphabet='{}[],:"\\ \n0aeu-.', max_size=40))
def test_any_text_is_a_value_or_an_error_with_a_line(text: str) -> None:
    try:
        line = places.read(text).line
    except places.PlaceError as error:
        line = error.line
    assert 1 <= line <= text.count("\n") + 1


def test_no_variable_of_the_officer_leads_to_another_file_of_the_administrator(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before, _own = config.profile_paths()
    for name in ("XDG_CONFIG_DIRS", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    administrator, own = config.profile_paths()
    assert administrator == before
    assert own.is_relative_to(tmp_path)
