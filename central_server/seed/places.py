"""Offices and addresses for training data, on the map before and since 1 July 2025."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from officer_console.domain.person import Address, Vintage
from officer_console.domain.reference import Office

NEW_MAP = date(2025, 7, 1)

OFFICES: tuple[Office, ...] = (
    Office(code="00101", name="BHXH cơ sở Ba Đình (dữ liệu huấn luyện)"),
    Office(code="04802", name="BHXH cơ sở Thanh Khê (dữ liệu huấn luyện)"),
    Office(code="07906", name="BHXH cơ sở Bến Thành (dữ liệu huấn luyện)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an office's citizens live. Units are ``(code or None, name)``: codes only where sources agree."""

    birth_province: str
    code_prefix: str
    province_code: str
    province: str
    district: str
    wards: tuple[tuple[str, str], ...]
    communes: tuple[tuple[str | None, str], ...]
    streets: tuple[str, ...]


PLACES: dict[str, Place] = {
    "00101": Place(
        birth_province="001",
        code_prefix="01",
        province_code="01",
        province="Thành phố Hà Nội",
        district="Quận Ba Đình",
        wards=(
            ("00001", "Phường Phúc Xá"), ("00004", "Phường Trúc Bạch"), ("00006", "Phường Vĩnh Phúc"),
            ("00007", "Phường Cống Vị"), ("00008", "Phường Liễu Giai"), ("00013", "Phường Quán Thánh"),
            ("00016", "Phường Ngọc Hà"), ("00019", "Phường Điện Biên"), ("00022", "Phường Đội Cấn"),
            ("00028", "Phường Kim Mã"), ("00031", "Phường Giảng Võ"), ("00034", "Phường Thành Công"),
        ),
        communes=(("00004", "Phường Ba Đình"), ("00008", "Phường Ngọc Hà"), ("00025", "Phường Giảng Võ")),
        streets=(
            "Kim Mã", "Đội Cấn", "Hoàng Hoa Thám", "Nguyễn Thái Học", "Giảng Võ", "Liễu Giai", "Ngọc Hà", "Quán Thánh",
            "Thuỵ Khuê", "Nguyễn Chí Thanh", "Đào Tấn", "Vạn Bảo",
        ),
    ),
    "04802": Place(
        birth_province="048",
        code_prefix="48",
        province_code="48",
        province="Thành phố Đà Nẵng",
        district="Quận Thanh Khê",
        wards=(
            ("20206", "Phường Tam Thuận"), ("20207", "Phường Thanh Khê Tây"), ("20209", "Phường Thanh Khê Đông"),
            ("20212", "Phường Xuân Hà"), ("20218", "Phường Chính Gián"), ("20224", "Phường Thạc Gián"),
            ("20225", "Phường An Khê"),
        ),
        communes=((None, "Phường Thanh Khê"), (None, "Phường An Khê"), (None, "Phường Hoà Khánh")),
        streets=(
            "Lê Duẩn", "Điện Biên Phủ", "Hải Phòng", "Ông Ích Khiêm", "Trần Cao Vân", "Hà Huy Tập", "Thái Thị Bôi",
            "Nguyễn Tri Phương", "Dũng Sĩ Thanh Khê",
        ),
    ),
    "07906": Place(
        birth_province="079",
        code_prefix="79",
        province_code="79",
        province="Thành phố Hồ Chí Minh",
        district="Quận 1",
        wards=(
            ("26734", "Phường Tân Định"), ("26737", "Phường Đa Kao"), ("26740", "Phường Bến Nghé"),
            ("26743", "Phường Bến Thành"), ("26746", "Phường Nguyễn Thái Bình"), ("26749", "Phường Phạm Ngũ Lão"),
            ("26755", "Phường Cô Giang"), ("26758", "Phường Nguyễn Cư Trinh"), ("26761", "Phường Cầu Kho"),
        ),
        communes=(
            ("26740", "Phường Sài Gòn"), ("26734", "Phường Tân Định"), ("26743", "Phường Bến Thành"),
            (None, "Phường Cầu Ông Lãnh"),
        ),
        streets=(
            "Nguyễn Huệ", "Lê Lợi", "Hàm Nghi", "Đồng Khởi", "Pasteur", "Nguyễn Trãi", "Cống Quỳnh", "Trần Hưng Đạo",
            "Bùi Viện", "Điện Biên Phủ", "Lý Tự Trọng", "Đinh Tiên Hoàng",
        ),
    ),
}  # fmt: skip

# The first three digits of a 12-digit personal number: province of birth registration (TT 07/2016).
BIRTH_PROVINCES = (
    "001", "002", "004", "006", "008", "010", "011", "012", "014", "015", "017", "019", "020", "022", "024", "025",
    "026", "027", "030", "031", "033", "034", "035", "036", "037", "038", "040", "042", "044", "045", "046", "048",
    "049", "051", "052", "054", "056", "058", "060", "062", "064", "066", "067", "068", "070", "072", "074", "075",
    "077", "079", "080", "082", "083", "084", "086", "087", "089", "091", "092", "093", "094", "095", "096",
)  # fmt: skip


def draw_address(random: Random, office: str, declared_on: date) -> Address:
    """Draw an address of the office's area on the map of the declaration's day; a few still write the old map."""
    place = PLACES[office]
    number = random.randint(1, 420)
    lane = f"/{random.randint(1, 60)}" if random.random() < 0.3 else ""
    street = f"Số {number}{lane} {random.choice(place.streets)}"
    if declared_on < NEW_MAP or random.random() < 0.12:
        code, ward = random.choice(place.wards)
        return Address(
            vintage=Vintage.BEFORE_2025_07,
            province_code=place.province_code,
            province=place.province,
            district=place.district,
            commune_code=code,
            commune=ward,
            street=street,
        )
    new_code, commune = random.choice(place.communes)
    return Address(
        vintage=Vintage.SINCE_2025_07,
        province_code=place.province_code,
        province=place.province,
        commune_code=new_code,
        commune=commune,
        street=street,
    )
