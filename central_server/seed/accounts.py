"""Training accounts of the officers: made only by ``--seed``, never in a central that holds real dossiers."""

from __future__ import annotations

import uuid

from officer_console.domain.officer import Officer, Role

# One password for every training account; written in the manual, worthless outside a planted database.
TRAINING_PASSWORD = "HuanLuyen-2026"  # noqa: S105 - documented training password

_IDS = uuid.UUID("5b0c8a52-6f1e-5d0a-9c4e-2f6a7d1e0b39")

_TABLE: tuple[tuple[str, str, Role, tuple[str, ...]], ...] = (
    ("ha.nt", "Nguyễn Thị Hà", Role.OFFICER, ("07906",)),
    ("lan.ptm", "Phạm Thị Mai Lan", Role.OFFICER, ("07906",)),
    ("tung.lv", "Lê Văn Tùng", Role.OFFICER, ("07906",)),
    ("minh.vq", "Võ Quốc Minh", Role.SUPERVISOR, ("07906",)),
    ("hoa.dt", "Đỗ Thị Hoà", Role.OFFICER, ("00101",)),
    ("nam.th", "Trần Hoài Nam", Role.OFFICER, ("00101",)),
    ("son.nd", "Nguyễn Đình Sơn", Role.SUPERVISOR, ("00101",)),
    ("thuy.hn", "Hồ Ngọc Thủy", Role.OFFICER, ("04802",)),
    ("duc.bv", "Bùi Văn Đức", Role.OFFICER, ("04802",)),
    ("yen.lth", "Lê Thị Hải Yến", Role.SUPERVISOR, ("04802",)),
    ("linh.nk", "Ngô Khánh Linh", Role.OFFICER, ("00101", "07906")),
    ("quantri", "Quản trị hệ thống (huấn luyện)", Role.ADMINISTRATOR, ()),
)

OFFICERS: tuple[Officer, ...] = tuple(
    Officer(id=str(uuid.uuid5(_IDS, username)), username=username, full_name=name, role=role, scopes=scopes)
    for username, name, role, scopes in _TABLE
)


def desk_officers(office: str) -> tuple[Officer, ...]:
    """Return the intake officers who work at this office only."""
    return tuple(officer for officer in OFFICERS if officer.role is Role.OFFICER and officer.scopes == (office,))
