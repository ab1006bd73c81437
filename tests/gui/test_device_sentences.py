"""Every fault of a device and every fault of a profile has words that say what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from officer_console.devices import profile_file, profiles
from officer_console.devices.profile import ProfileError
from officer_console.devices.scanner import DeviceError, Fault
from officer_console.viewmodels.device_ports import trouble
from officer_console.views import device_sentences
from officer_console.views.messages import known, sentence, tell

CODE = re.compile(r'"(profiles?-[a-z-]+)"')
SOURCES = (profiles, profile_file)


def profile_codes() -> list[str]:
    texts = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in SOURCES]
    return sorted({code for text in texts for code in CODE.findall(text)})


def test_the_search_finds_the_codes_of_profiles() -> None:
    assert {"profiles-malformed", "profiles-name-twice", "profile-locked", "profile-unknown"} <= set(profile_codes())
    assert set(profile_codes()) <= set(re.findall(r"``(profiles?-[a-z-]+)``", ProfileError.__doc__ or ""))


@pytest.mark.parametrize("code", [*(DeviceError(fault).code for fault in Fault), *profile_codes()])
def test_every_code_of_devices_and_profiles_says_what_happened_and_what_to_do(code: str) -> None:
    told = tell(code)
    assert known(code)
    assert told.title
    assert told.meaning
    assert told.action
    assert told.reference == ""


def test_no_sentence_is_for_a_code_that_nobody_raises() -> None:
    assert set(device_sentences.DEVICES) == {*(DeviceError(fault).code for fault in Fault), *profile_codes()}


def test_a_certificate_that_is_not_the_pinned_one_is_shown_as_devices_show_it() -> None:
    seen = "0123456789abcdef" * 4
    failed = trouble(DeviceError(Fault.CERTIFICATE, f"sha256={seen}"))
    told = tell(failed.code, failed.data)
    assert "0123 4567 89ab cdef 0123" in told.body
    assert "quản trị ghi mã vào cấu hình quét" in told.action


def test_the_drivers_own_words_are_no_part_of_the_sentence() -> None:
    failed = trouble(DeviceError(Fault.DRIVER, "sane: Error during device I/O {0}"))
    assert failed.data == {}
    assert "sane" not in sentence(DeviceError(Fault.DRIVER, "sane: Error")).body


def test_a_file_of_profiles_is_told_by_name_line_and_key() -> None:
    failed = trouble(ProfileError("profiles-key-unknown", Path("/etc/x/profiles.json"), 7, "dpj"))
    told = tell(failed.code, failed.data)
    assert "profiles.json, dòng 7, mục «dpj»" in told.body


def test_drivers_and_states_have_words() -> None:
    assert device_sentences.driver("escl").startswith("Qua mạng")
    assert device_sentences.driver("other") == "other"
    assert device_sentences.state(None) == "Sẵn sàng"
    assert all(device_sentences.state(fault) for fault in Fault)
