"""Turns a person into the declaration he made, and a change into what the account said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

from central_server.seed.chance import weighted
from central_server.seed.names import marks_changed, name_changed
from central_server.seed.people import Person, guardian_name, mail_address, personal_number, phone_number
from central_server.seed.places import draw_address
from officer_console.domain.person import BirthDate, Declaration, Guardian, Sex
from officer_console.domain.registry import RegistryVerdict

STOP_REASONS = (
    "Chuyển sang sử dụng tài khoản định danh điện tử",
    "Không còn nhu cầu giao dịch điện tử",
    "Thay đổi nơi cư trú, đăng ký lại tại nơi mới",
    "Nghi ngờ tài khoản bị người khác sử dụng",
    "Đã nhận bảo hiểm xã hội một lần",
)
_CHANGES = (("phone", 30), ("address", 30), ("email", 15), ("name", 15), ("birth", 10))
# Indexes of second numbers: far from every person's own, so that no two accounts share a number.
_SECOND = 5_000_000


def declaration(random: Random, person: Person, declared_on: date) -> Declaration:
    """Return what the person declared; somebody under age without a card declares with a guardian."""
    guardian = None
    if person.minor:
        name, sex = guardian_name(random, person)
        born = person.born.year - random.randint(20, 38)
        guardian = Guardian(
            full_name=name,
            paper_number=personal_number(random, person.index + 500_000, person.office, sex, born),
            relation="Cha" if sex is Sex.MALE else "Mẹ",
            phone=person.phone,
        )
    return Declaration(
        full_name=person.full_name,
        social_code=person.social_code,
        birth=person.birth,
        sex=person.sex,
        paper_kind=person.paper_kind,
        paper_number=person.paper_number,
        address=draw_address(random, person.office, declared_on),
        phone=person.phone,
        email=person.email,
        guardian=guardian,
    )


def before_change(random: Random, person: Person, now: Declaration, declared_on: date) -> Declaration:
    """Return the account's data before the change ``now`` asks for: one or two fields differ."""
    fields = {weighted(random, _CHANGES)}
    if random.random() < 0.3:
        fields.add(weighted(random, _CHANGES))
    before = now
    if "phone" in fields:
        before = replace(before, phone=phone_number(random, person.index + _SECOND))
    if "address" in fields:
        older = draw_address(random, person.office, declared_on.replace(year=declared_on.year - 2, day=1))
        before = replace(before, address=older)
    if "email" in fields:
        before = replace(before, email=mail_address(random, person.full_name, person.index + _SECOND))
    if "name" in fields:
        before = replace(before, full_name=marks_changed(now.full_name))
    if "birth" in fields:
        before = replace(before, birth=_misread(now.birth))
    return before


def registry_names(random: Random, person: Person, answer: RegistryVerdict, other_tone: str) -> tuple[str, ...]:
    """Return the names on record under the person's code, so that the registry gives ``answer`` (once it speaks)."""
    name = person.full_name
    if answer is RegistryVerdict.CODE_ABSENT:
        return ()
    if answer is RegistryVerdict.MARKS_DIFFER:
        return (marks_changed(name),)
    if answer is RegistryVerdict.NAME_DIFFERS:
        return (name_changed(random, name, person.sex),)
    if answer is RegistryVerdict.AMBIGUOUS:
        return (name, name_changed(random, name, person.sex))
    return (other_tone if random.random() < 0.5 else name,)


def _misread(birth: BirthDate) -> BirthDate:
    """Return a birth date as a clerk may have misread it."""
    if birth.month is None or birth.day is None:
        return replace(birth, year=birth.year - 1)
    if birth.day <= 12 and birth.day != birth.month:
        return replace(birth, day=birth.month, month=birth.day)
    return replace(birth, day=birth.day - 1 or 2)
