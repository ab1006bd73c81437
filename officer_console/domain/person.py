"""The person who declares: names, birth date with its precision, papers, address, guardian."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """Giới tính."""

    MALE = "male"
    FEMALE = "female"


class PaperKind(StrEnum):
    """Loại giấy tờ."""

    CITIZEN_CARD = "citizen_card"
    OLD_IDENTITY_CARD = "old_identity_card"
    PASSPORT = "passport"


class Vintage(StrEnum):
    """Which administrative map an address was written on (the units of 2025 re-use older codes)."""

    BEFORE_2025_07 = "before_2025_07"
    SINCE_2025_07 = "since_2025_07"


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthDate:
    """A birth date as precise as the papers are: year, year and month, or the whole date."""

    year: int
    month: int | None = None
    day: int | None = None

    def earliest(self) -> date:
        """Return the first day this can be."""
        return date(self.year, self.month or 1, self.day or 1)

    def text(self) -> str:
        """Return ``dd/MM/yyyy``, ``MM/yyyy`` or ``yyyy``."""
        if self.month is None:
            return f"{self.year:04d}"
        if self.day is None:
            return f"{self.month:02d}/{self.year:04d}"
        return f"{self.day:02d}/{self.month:02d}/{self.year:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A contact address: new map = province and commune, old map = province, district and ward."""

    vintage: Vintage
    province_code: str
    province: str
    district: str | None = None
    commune_code: str | None = None
    commune: str
    street: str = ""

    def text(self) -> str:
        """Return the address on one line, smallest unit first."""
        return ", ".join(part for part in (self.street, self.commune, self.district, self.province) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardian:
    """Who acts for a minor."""

    full_name: str
    paper_number: str
    relation: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the citizen declared on Mẫu 01. Text is NFC."""

    full_name: str
    social_code: str
    birth: BirthDate
    sex: Sex
    paper_kind: PaperKind | None = None
    paper_number: str | None = None
    address: Address
    phone: str
    email: str | None = None
    guardian: Guardian | None = None
