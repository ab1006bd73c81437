"""Vietnamese names for training data, with the frequencies and spellings that trouble a search."""

from __future__ import annotations

import unicodedata
from random import Random

from central_server.seed.chance import weighted
from officer_console.domain.person import Sex

SURNAMES: tuple[tuple[str, float], ...] = (
    ("Nguyễn", 38.4), ("Trần", 11.0), ("Lê", 9.5), ("Phạm", 7.1), ("Hoàng", 3.5), ("Huỳnh", 3.1), ("Phan", 4.5),
    ("Vũ", 2.4), ("Võ", 2.2), ("Đặng", 2.1), ("Bùi", 2.0), ("Đỗ", 1.4), ("Hồ", 1.3), ("Ngô", 1.3), ("Dương", 1.0),
    ("Lý", 0.5), ("Đinh", 0.8), ("Đoàn", 0.7), ("Đào", 0.7), ("Lâm", 0.5), ("Mai", 0.5), ("Trịnh", 0.6),
    ("Lương", 0.5), ("Cao", 0.5), ("Châu", 0.3), ("Tạ", 0.3), ("Quách", 0.2), ("Thạch", 0.2), ("Nông", 0.2),
    ("Đàm", 0.2), ("Từ", 0.2), ("Tô", 0.2), ("Hứa", 0.1), ("Kiều", 0.1),
)  # fmt: skip

MIDDLE: dict[Sex, tuple[tuple[str, float], ...]] = {
    Sex.MALE: (
        ("Văn", 30), ("Hữu", 7), ("Đức", 8), ("Minh", 8), ("Quốc", 6), ("Công", 4), ("Thanh", 5), ("Đình", 5),
        ("Xuân", 4), ("Ngọc", 4), ("Anh", 3), ("Hoàng", 4), ("Gia", 3), ("Bá", 2), ("Thế", 2), ("Khắc", 1), ("", 3),
    ),
    Sex.FEMALE: (
        ("Thị", 42), ("Ngọc", 8), ("Thanh", 6), ("Thu", 5), ("Minh", 4), ("Phương", 4), ("Mỹ", 4), ("Kim", 5),
        ("Hồng", 4), ("Bích", 3), ("Khánh", 3), ("Hoài", 2), ("Thuỳ", 2), ("Thùy", 2), ("Diễm", 1), ("", 2),
    ),
}  # fmt: skip

GIVEN: dict[Sex, tuple[str, ...]] = {
    Sex.MALE: (
        "An", "Anh", "Bảo", "Bình", "Chiến", "Cường", "Danh", "Dũng", "Duy", "Đại", "Đạt", "Điệp", "Đông", "Đức",
        "Giang", "Hải", "Hào", "Hậu", "Hiếu", "Hiệp", "Hoà", "Hòa", "Hoàng", "Hùng", "Huy", "Hưng", "Khang", "Khánh",
        "Khoa", "Khôi", "Kiên", "Lâm", "Lộc", "Long", "Luân", "Mạnh", "Minh", "Nam", "Nghĩa", "Nhân", "Phát", "Phong",
        "Phú", "Phúc", "Quang", "Quân", "Quý", "Quí", "Sơn", "Tài", "Tâm", "Tân", "Thái", "Thành", "Thắng", "Thiện",
        "Thịnh", "Thuận", "Tiến", "Toàn", "Trí", "Trung", "Trường", "Tuấn", "Tùng", "Việt", "Vinh", "Vũ", "Vượng",
    ),
    Sex.FEMALE: (
        "An", "Anh", "Ánh", "Bích", "Châu", "Chi", "Cúc", "Diễm", "Diệu", "Dung", "Duyên", "Đào", "Giang", "Hà", "Hạnh",
        "Hằng", "Hiền", "Hoa", "Hoà", "Hòa", "Hồng", "Huệ", "Huyền", "Hương", "Khánh", "Lan", "Lệ", "Liên", "Linh",
        "Loan", "Ly", "Mai", "My", "Nga", "Ngân", "Ngọc", "Nguyệt", "Nhi", "Như", "Nhung", "Oanh", "Phương", "Phượng",
        "Quyên", "Quỳnh", "Tâm", "Thảo", "Thắm", "Thoa", "Thơ", "Thu", "Thuỷ", "Thủy", "Thuý", "Thúy", "Thư", "Tiên",
        "Trang", "Trâm", "Trinh", "Trúc", "Tuyết", "Tú", "Uyên", "Vân", "Vy", "Xuân", "Yến",
    ),
}  # fmt: skip

RARE: dict[Sex, tuple[str, ...]] = {
    Sex.MALE: (
        "Nguyễn Phúc Bửu Hoàng Thiện Đức Nhân", "Y Blôk Êban", "Điểu K'Rứ", "Nguyễn Hoàng Lê Trần Minh Khôi Nguyên",
        "Thạch Sô Phia Rết", "Hoàng Phủ Ngọc Trường Giang",
    ),
    Sex.FEMALE: (
        "Công Tằng Tôn Nữ Thị Phương Khánh Quỳnh", "Tôn Nữ Hoàng Phương Thảo Nguyên", "H'Hen Niê Kđăm",
        "Nguyễn Thị Hồng Ngọc Phương Thùy Dương", "Huyền Tôn Nữ Thị Kim Hoàn Châu", "Đặng Đoàn Đỗ Thị Đan Đường",
    ),
}  # fmt: skip

FOREIGN: dict[Sex, tuple[str, ...]] = {
    Sex.MALE: ("Kim Min Jun", "Tanaka Hiroshi", "Martin Paul Durand", "Somchai Jaidee"),
    Sex.FEMALE: ("Park Soo Yeon", "Sato Yuki", "Claire Anne Moreau", "Maria Santos Reyes"),
}

# The two legal places of the tone mark in open oa, oe, uy: the same name, written two ways.
TONE_PLACES: tuple[tuple[str, str], ...] = (
    ("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("oã", "õa"), ("oạ", "ọa"), ("oè", "òe"), ("oẻ", "ỏe"),
    ("uỳ", "ùy"), ("uý", "úy"), ("uỷ", "ủy"), ("uỹ", "ũy"), ("uỵ", "ụy"),
)  # fmt: skip


def draw_name(random: Random, sex: Sex, *, rare: bool = True) -> str:
    """Draw a full name (NFC, title case); ``rare`` allows long names and those of the smaller peoples."""
    if rare and random.random() < 0.006:
        return random.choice(RARE[sex])
    parts = [weighted(random, SURNAMES), weighted(random, MIDDLE[sex]), random.choice(GIVEN[sex])]
    if sex is Sex.FEMALE and random.random() < 0.25:
        parts.insert(2, random.choice(("Ngọc", "Thanh", "Kim", "Mỹ", "Thu", "Hồng", "Phương", "Bảo")))
    words = [part for n, part in enumerate(parts) if part and part not in parts[:n]]
    return unicodedata.normalize("NFC", " ".join(words))


def folded(text: str) -> str:
    """Return ``text`` without marks and with đ as d, case kept."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def other_tone_place(name: str) -> str:
    """Return the name with the tone mark in the other legal place where its last word has one, else unchanged."""
    head, _, last = name.rpartition(" ")
    for new, old in TONE_PLACES:
        if last.lower().startswith("qu"):
            break
        if last.endswith(new):
            return f"{head} {last.removesuffix(new)}{old}"
        if last.endswith(old):
            return f"{head} {last.removesuffix(old)}{new}"
    return name


def marks_changed(name: str) -> str:
    """Return a name that differs from ``name`` in marks only: the last marked word loses them."""
    words = name.split(" ")
    for n in range(len(words) - 1, -1, -1):
        if folded(words[n]) != words[n]:
            return " ".join((*words[:n], folded(words[n]), *words[n + 1 :]))
    vowel = next(n for n, letter in enumerate(name) if letter in "aeiouy")
    return unicodedata.normalize("NFC", f"{name[: vowel + 1]}\u0301{name[vowel + 1 :]}")


def name_changed(random: Random, name: str, sex: Sex) -> str:
    """Return another person's name: the given name differs in its letters, not only in its marks."""
    head, _, last = name.rpartition(" ")
    choice = random.choice([given for given in GIVEN[sex] if folded(given) != folded(last)])
    return f"{head} {choice}"
