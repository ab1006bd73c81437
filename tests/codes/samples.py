"""Made-up texts of codes, as the cards write them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from officer_console.domain.person import BirthDate

CARD_2021 = "001090012345|012345678|Nguyễn Văn An|01011990|Nam|Số 1, Phường Ba Đình, Thành phố Hà Nội|15042021".encode()
HEALTH = (
    b"DN4010123456789|4e677579e1bb856e2056c4836e20416e|01/01/1990|1|-|01 - 001|01/01/2021|31/12/2021|15/12/2020"
    b"|01000123456789|-|4|01/01/2023|0a1b2c3d4e5f-7102|$"
)
TODAY = date(2026, 11, 23)

SYLLABLES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Đặng",
    "Võ",
    "Thị",
    "Văn",
    "Hoàng",
    "Quỳnh",
    "Ân",
    "Ưu",
    "Thuỷ",
    "Khiêm",
    "Yến",
    "H'Linh",
)
names = st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=5).map(" ".join)
days = st.dates(date(1900, 1, 1), date(2015, 12, 31))
# Cards with a code are younger than anybody here who has one.
issues = st.dates(date(2016, 1, 1), date(2025, 12, 31))
births = st.one_of(
    days.map(lambda day: BirthDate(year=day.year, month=day.month, day=day.day)),
    st.builds(BirthDate, year=st.integers(1900, 2015), month=st.integers(1, 12)),
    st.builds(BirthDate, year=st.integers(1900, 2015)),
)
digits = st.text("0123456789", min_size=12, max_size=12)
addresses = st.lists(st.sampled_from(("Số 1", "Tổ 3", "Phường Ba Đình", "Xã Ia Grai", "Tỉnh Gia Lai")), max_size=4).map(
    ", ".join
)
