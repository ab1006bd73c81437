"""Dossiers for benchmarks and tests: seeded, with Vietnamese names and the mix of a real office."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Generic, TypeVar

from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.person import Address, BirthDate, Declaration, PaperKind, Sex, Vintage

T = TypeVar("T")

SURNAMES = (
    ("Nguyễn", 38.0),
    ("Trần", 12.1),
    ("Lê", 9.5),
    ("Phạm", 7.0),
    ("Hoàng", 4.0),
    ("Huỳnh", 3.5),
    ("Phan", 4.5),
    ("Vũ", 3.9),
    ("Đặng", 2.1),
    ("Bùi", 2.0),
    ("Đỗ", 1.4),
    ("Hồ", 1.3),
    ("Ngô", 1.3),
    ("Dương", 1.0),
    ("Lý", 0.5),
    ("Đăng", 0.2),
    ("Dang", 0.1),
)
MIDDLES = (
    "Thị",
    "Văn",
    "Minh",
    "Ngọc",
    "Thanh",
    "Đức",
    "Hữu",
    "Thu",
    "Quang",
    "Xuân",
    "Kim",
    "Hoài",
    "Bảo",
    "Gia",
    "Công",
    "Thuỳ",
    "Thúy",
    "Mạnh",
    "Đình",
    "Hồng",
)
GIVEN = (
    "Anh",
    "Hoa",
    "Hùng",
    "Lan",
    "Linh",
    "Mai",
    "Nam",
    "Nga",
    "Phương",
    "Quân",
    "Sơn",
    "Tâm",
    "Thảo",
    "Trang",
    "Tuấn",
    "Vân",
    "Hòa",
    "Hoà",
    "Thủy",
    "Thuỷ",
    "Đạt",
    "Dũng",
    "Duyên",
    "Giang",
    "Hải",
    "Hiếu",
    "Khánh",
    "Long",
    "Ly",
    "Lý",
    "Nhung",
    "Oanh",
    "Phúc",
    "Quý",
    "Quí",
    "Tú",
    "Uyên",
    "Việt",
    "Yến",
    "Đăng",
)
STATUSES = (
    (Status.APPROVED, 68.0),
    (Status.REJECTED, 12.0),
    (Status.EXPIRED, 9.0),
    (Status.PENDING, 6.0),
    (Status.PROCESSING, 1.0),
    (Status.CHECKING, 2.0),
    (Status.AWAITING_REGISTRY, 2.0),
)
KINDS = ((DossierKind.REGISTER, 70.0), (DossierKind.CHANGE, 25.0), (DossierKind.STOP, 5.0))
OFFICES = tuple(f"{7900 + n:05d}" for n in range(1, 25))
OFFICERS = ("Trần Thị Bình", "Lê Văn Cường", "Phạm Ngọc Dung", "Vũ Đức Em")
ADDRESS = Address(
    vintage=Vintage.SINCE_2025_07,
    province_code="79",
    province="Thành phố Hồ Chí Minh",
    commune_code="26734",
    commune="Phường Sài Gòn",
    street="12 đường Lê Lợi",
)
TODAY = date(2026, 11, 20)
FIRST_NUMBER = 1_000_000


def dossiers(count: int, *, seed: int, days: int = 1095, today: date = TODAY) -> Iterator[tuple[int, Dossier]]:
    """Yield ``count`` (seq, dossier) pairs declared over the last ``days`` days, oldest first.

    Same seed, same dossiers. One in nine is open, whatever its age, and one in fifty has a due date moved by hand:
    harder for the list than an office that keeps up with its work.
    """
    source = random.Random(seed)
    names = _Picker(source, SURNAMES)
    statuses = _Picker(source, STATUSES)
    kinds = _Picker(source, KINDS)
    for n in range(count):
        age = days - 1 - n * days // count
        declared = today - timedelta(days=age)
        status = statuses.pick()
        lag = 10 if source.random() < 0.98 else source.randint(11, 20)
        yield n + 1, _dossier(n, source, names.pick(), status, kinds.pick(), declared, lag)


class _Picker(Generic[T]):
    """Draws with weights, many at a time."""

    def __init__(self, source: random.Random, weighted: Sequence[tuple[T, float]]) -> None:
        self._source = source
        self._values = [value for value, _ in weighted]
        self._weights = [weight for _, weight in weighted]
        self._drawn: list[T] = []

    def pick(self) -> T:
        """Return the next value."""
        if not self._drawn:
            self._drawn = self._source.choices(self._values, self._weights, k=1000)
        return self._drawn.pop()


def _dossier(
    n: int, source: random.Random, surname: str, status: Status, kind: DossierKind, declared: date, lag: int
) -> Dossier:
    draw = source.random
    woman = draw() < 0.5
    given = GIVEN[int(draw() * len(GIVEN))]
    middle = MIDDLES[int(draw() * len(MIDDLES))]
    birth = BirthDate(year=1940 + int(draw() * 75), month=1 + int(draw() * 12), day=1 + int(draw() * 28))
    code = int(draw() * 10**10)
    return Dossier(
        id=f"{n:08x}-{int(draw() * 2**48):012x}",
        scope_id="07906",
        number=f"{FIRST_NUMBER + n}/{OFFICES[int(draw() * len(OFFICES))]}",
        kind=kind,
        status=status,
        version=1 + int(draw() * 4),
        declared_on=declared,
        due_on=declared + timedelta(days=lag),
        declaration=Declaration(
            full_name=f"{surname} {middle} {given}",
            social_code=f"{code:010d}" if draw() < 0.8 else f"07{code:010d}",
            birth=birth,
            sex=Sex.FEMALE if woman else Sex.MALE,
            paper_kind=PaperKind.CITIZEN_CARD,
            paper_number=f"079{code % 10**9:09d}",
            address=ADDRESS,
            phone=f"09{code % 10**8:08d}",
        ),
        officer_name=None if status is Status.PENDING else OFFICERS[code % len(OFFICERS)],
    )
