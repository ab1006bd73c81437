"""Codes on forms: made with an office's keys, read back, and told genuine from forged, foreign and old."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.codes import payloads, symbols
from officer_console.codes.forms import (
    PAGES_LIMIT,
    FormCode,
    FormRing,
    Standing,
    form,
    form_text,
    mac_of,
    outdated,
    signed_bytes,
)
from officer_console.documents.elements import SymbolKind
from officer_console.documents.symbol import draw
from officer_console.domain.dossier import Dossier, HistoryEntry
from officer_console.domain.form import SIGNED, FormKey, FormKeys, FormKind, form_version, office_of
from tests import builders

HERE, THERE = builders.SCOPE, "07907"
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)

secrets = st.binary(min_size=32, max_size=32).map(bytes.hex)
numbers = st.builds("{}/{}".format, st.integers(0, 10**12 - 1), st.from_regex(r"\A[0-9]{1,8}\Z"))
kinds, versions = st.integers(0, 99), st.integers(0, 999)


def ring(*generations: str, office: str = HERE, current: int | None = None, offices: tuple[str, ...] = ()) -> FormRing:
    """Return a desk's keys: the secrets of an office by generation, from 1 on; ``offices`` are the officer's."""
    keys = tuple(FormKey(generation=n, secret=secret * 64) for n, secret in enumerate(generations, 1))
    return FormRing([FormKeys(office=office, current=current or len(keys), keys=keys)], offices or (office,))


def code(about: Dossier, keys: FormRing, kind: FormKind = FormKind.DECLARATION) -> FormCode:
    """Return the code of a form of the dossier as it is read back."""
    text = keys.code(about, kind)
    assert text is not None
    read = payloads.read(text.encode())
    assert isinstance(read, FormCode)
    return read


@given(number=numbers, kind=kinds, version=versions, secret=secrets)
def test_what_was_printed_is_read_back_and_genuine(number: str, kind: int, version: int, secret: str) -> None:
    signed = signed_bytes(number, kind, version)
    read = form(form_text(signed, mac_of(secret, signed)), None)
    assert read is not None
    assert (read.file_number, read.form_kind, read.version) == (number, kind, version)
    office = office_of(number)
    keys = FormKeys(office=office, current=1, keys=(FormKey(generation=1, secret=secret),))
    assert FormRing([keys], [office]).standing(read) is Standing.GENUINE


@given(number=numbers, edition=st.integers(1, 999), page=st.integers(1, 120), pages=st.integers(1, 120))
def test_page_and_edition_are_under_the_mac_and_read_back(number: str, edition: int, page: int, pages: int) -> None:
    signed = signed_bytes(number, 1, 1, edition, min(page, pages), pages)
    read = form(form_text(signed, mac_of("a" * 64, signed)), None)
    assert read is not None
    leaf = (min(page, pages), pages) if pages <= PAGES_LIMIT else (0, 0)
    assert (read.edition, read.page, read.pages) == (edition, *leaf)
    office = office_of(number)
    keys = FormRing([FormKeys(office=office, current=1, keys=(FormKey(generation=1, secret="a" * 64),))], [office])
    assert keys.standing(read) is Standing.GENUINE
    other = signed_bytes(number, 1, 1, edition, page % 9 + 1, 9)
    claimed = form(form_text(other, mac_of("a" * 64, signed)), None)
    assert claimed is not None
    assert other == signed or keys.standing(claimed) is Standing.FORGED


def test_the_code_of_a_page_makes_no_larger_square_than_one_that_names_none() -> None:
    codes = ring("a").page_code(builders.dossier(), FormKind.DECLARATION)
    assert codes is not None
    plain = ring("a").code(builders.dossier(), FormKind.DECLARATION)
    assert plain is not None
    for pages in (2, 12):
        assert draw(codes(1, 1, pages), SymbolKind.QR).width == draw(plain, SymbolKind.QR).width


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("HS1:1000001/07906:01:3:25511147302915462511", (0, 0, 0)),
        ("HS1:1000001/07906:01:3:112:03690606936353571640", (1, 1, 2)),
        ("HS1:1000001/07906:01:3:1299:03690606936353571640", (12, 9, 9)),
        ("HS1:1000001/07906:01:3:99912:03690606936353571640", (999, 1, 2)),
        ("HS1:1000001/07906:01:3:0011012:03690606936353571640", (1, 10, 12)),
    ],
)
def test_codes_that_were_printed_before_longer_forms_had_page_numbers_say_what_they_said(
    text: str, said: tuple[int, int, int]
) -> None:
    read = form(text, None)
    assert read is not None
    assert (read.edition, read.page, read.pages) == said


@pytest.mark.parametrize("pages", [9, 10, 99])
def test_every_page_of_a_long_form_has_a_code_of_its_own_that_is_read_from_paper(pages: int) -> None:
    codes = ring("a").page_code(builders.dossier(), FormKind.DECLARATION)
    assert codes is not None
    for page in {1, pages // 2, pages}:
        symbol = draw(codes(1, page, pages), SymbolKind.QR)
        drawn = np.full((symbol.height + 8, symbol.width + 8), 255, np.uint8)
        for x, y, width, height in symbol.bars:
            drawn[4 + y : 4 + y + height, 4 + x : 4 + x + width] = 0
        (found,) = symbols.read(np.kron(drawn, np.ones((4, 4), np.uint8)))
        read = payloads.read(found.data)
        assert isinstance(read, FormCode)
        assert (read.page, read.pages, ring("a").standing(read)) == (page, pages, Standing.GENUINE)


@given(text=st.text(max_size=80) | st.from_regex(r"\A[Hh][Ss]1:[0-9/:]{0,60}\Z"))
def test_any_text_is_read_or_not_and_nothing_is_made_up(text: str) -> None:
    read = form(text, None)
    if read is not None:
        assert read.signed == text[:3].upper().encode() + text[3:].encode()[:-21]
        assert ring("a").standing(read) in (Standing.FORGED, Standing.FOREIGN)


@given(secret=secrets, other=secrets, number=numbers, at=st.integers(0, 200), digit=st.sampled_from("0123456789"))
def test_no_digit_of_a_code_can_be_another_and_no_other_key_makes_it(
    secret: str, other: str, number: str, at: int, digit: str
) -> None:
    signed = signed_bytes(number, 1, 1)
    text = form_text(signed, mac_of(secret, signed))
    at = 4 + at % (len(text) - 4)
    changed = text[:at] + digit + text[at + 1 :]
    office = office_of(number)
    mine = FormRing([FormKeys(office=office, current=1, keys=(FormKey(generation=1, secret=secret),))], [office])
    read = form(changed, None)
    if changed != text and read is not None and office_of(read.file_number) == office:
        assert mine.standing(read) is Standing.FORGED
    if other != secret:
        read = form(form_text(signed, mac_of(other, signed)), None)
        assert read is not None
        assert mine.standing(read) is Standing.FORGED


def test_a_code_of_the_desk_beside_this_one_is_genuine_and_one_of_a_former_key_as_well() -> None:
    about = builders.dossier()
    assert ring("a").standing(code(about, ring("a"))) is Standing.GENUINE
    assert ring("a", "b").standing(code(about, ring("a"))) is Standing.GENUINE
    assert ring("b").standing(code(about, ring("a"))) is Standing.FORGED


def test_codes_are_made_with_the_current_generation_not_with_the_next() -> None:
    about = builders.dossier()
    made = ring("a", "b", current=1).code(about, FormKind.DECLARATION)
    assert made == ring("a").code(about, FormKind.DECLARATION) != ring("b").code(about, FormKind.DECLARATION)


def test_another_offices_code_is_foreign_and_not_called_forged() -> None:
    theirs = code(builders.dossier(number=f"1000001/{THERE}"), ring("c", office=THERE))
    assert ring("a").standing(theirs) is Standing.FOREIGN


def test_as_long_as_the_own_key_has_not_come_a_code_is_unchecked_and_none_is_made() -> None:
    about = builders.dossier()
    empty = FormRing([], (HERE,))
    assert empty.standing(code(about, ring("a"))) is Standing.UNCHECKED
    assert empty.code(about, FormKind.DECLARATION) is None


@pytest.mark.parametrize("number", ["1000123", "A1/07906", "1/2/3", "", "1" * 13 + "/07906"])
def test_a_number_that_cannot_stand_in_a_code_gives_a_form_without_one(number: str) -> None:
    keys = ring("a", office=office_of(number) or HERE)
    assert keys.code(builders.dossier(number=number), FormKind.DECLARATION) is None


def test_a_key_of_the_old_office_makes_and_reads_the_codes_of_a_dossier_that_has_moved() -> None:
    moved = builders.dossier(scope_id=THERE, number=f"1000001/{HERE}")
    keys = FormRing([*_keys(HERE, "a"), *_keys(THERE, "c")], (THERE,))
    assert keys.standing(code(moved, ring("a"))) is Standing.GENUINE
    assert keys.code(moved, FormKind.DECLARATION) == ring("a").code(moved, FormKind.DECLARATION)


def _keys(office: str, secret: str) -> tuple[FormKeys, ...]:
    return (FormKeys(office=office, current=1, keys=(FormKey(generation=1, secret=secret * 64),)),)


def test_a_sheet_is_old_when_what_was_declared_has_changed_and_not_when_the_office_has_worked_on_it() -> None:
    about = builders.dossier()
    printed = code(about, ring("a"))
    steps = [("decided_valid", "registry_name_differs"), ("registry_match", "account_issued"), ("moved",)]
    for n, whats in enumerate(steps, 1):
        entries = tuple(HistoryEntry(at=AT + timedelta(days=n), what=what) for what in whats)
        about = replace(about, version=about.version + 1, history=about.history + entries)
    assert about.version == 4
    assert not outdated(printed, about)
    changed = replace(about, version=5)
    assert outdated(printed, changed)
    assert not outdated(code(changed, ring("a")), changed)


def test_a_form_that_this_program_does_not_know_is_an_old_one() -> None:
    about = builders.dossier()
    signed = signed_bytes(about.number, 98, 1)
    read = form(form_text(signed, mac_of("a" * 64, signed)), None)
    assert read is not None
    assert ring("a").standing(read) is Standing.GENUINE
    assert outdated(read, about)


def test_a_sheet_of_a_later_version_than_this_desk_has_is_not_old() -> None:
    assert not outdated(code(builders.dossier(version=7), ring("a")), builders.dossier(version=3))


def test_a_version_stays_within_what_a_code_can_hold() -> None:
    assert form_version(builders.dossier(version=5000)) == 999
    lapsed = tuple(HistoryEntry(at=AT + timedelta(n), what="lease_lapsed") for n in range(5))
    assert form_version(builders.dossier(version=1, history=lapsed)) == 1


def test_only_what_a_citizen_signs_is_a_form_that_comes_back() -> None:
    assert {FormKind.DECLARATION, FormKind.INSURED} == SIGNED
    assert len({int(kind) for kind in FormKind}) == len(FormKind)


def test_a_secret_is_not_in_what_is_printed_of_a_ring_or_its_keys() -> None:
    keys = _keys(HERE, "e")
    assert "eeee" not in repr(keys) + repr(FormRing(keys, (HERE,)))
