"""Who and what a simulated office has: officers, dossiers in order, the household registry."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from central_server.registry import RegistryRecord, RegistrySilentError
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier, DossierKind, HistoryEntry, Status
from officer_console.domain.officer import Officer, Role
from officer_console.domain.person import Address, BirthDate, Declaration, PaperKind, Sex, Vintage

SCOPES = ("07906", "07907")
NAME = "Đặng Thị Hoà"
_PLAIN_NAME = "Dang Thi Hoa"
_VIETNAM = timedelta(hours=7)
_KINDS = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK)
_PICTURES = tuple(Attachment(kind=kind, sha256="0" * 64, media_type="image/jpeg", size=70) for kind in _KINDS)
_ADDRESS = Address(
    vintage=Vintage.SINCE_2025_07,
    province_code="79",
    province="Thành phố Hồ Chí Minh",
    commune_code="26734",
    commune="Phường Bến Thành",
    street="Số 1 đường Mẫu",
)


def officer(n: int, scopes: tuple[str, ...], role: Role = Role.OFFICER) -> Officer:
    """Return officer ``n`` of the scopes."""
    return Officer(id=f"officer-{n}", username=f"officer.{n}", full_name=f"Cán bộ {n}", role=role, scopes=scopes)


def dossier(n: int, scope: str, now: datetime) -> Dossier:
    """Return dossier ``n``: a registration of today, ready to be approved."""
    day = (now + _VIETNAM).date()
    declared = Declaration(
        full_name=NAME,
        social_code=f"79{n:08d}",
        birth=BirthDate(year=1990, month=1, day=1),
        sex=Sex.FEMALE,
        paper_kind=PaperKind.CITIZEN_CARD,
        paper_number=f"079190{n:06d}",
        address=_ADDRESS,
        phone=f"09{n:08d}",
        email=None,
    )
    return Dossier(
        id=str(uuid.UUID(int=n)),
        scope_id=scope,
        number=f"{1_000_000 + n}/{scope}",
        kind=DossierKind.REGISTER,
        status=Status.PENDING,
        version=1,
        declared_on=day,
        due_on=day + timedelta(days=10),
        declaration=declared,
        attachments=_PICTURES,
        history=(HistoryEntry(at=now, what="declared"),),
    )


def amended(about: Dossier, now: datetime, mark: str) -> Dossier:
    """Return the dossier after the citizen has corrected his street: a new version with another content."""
    declared = replace(about.declaration, address=replace(about.declaration.address, street=f"Số {mark} đường Mẫu"))
    entry = HistoryEntry(at=now, what="declared", note=mark)
    return replace(about, declaration=declared, version=about.version + 1, history=(*about.history, entry))


class Registry:
    """The household registry: on record, with other marks, absent or silent, by the code. ``meanwhile`` runs first."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.silent: set[str] = set()
        self._meanwhile = meanwhile

    def look_up(self, social_code: str) -> Sequence[RegistryRecord]:
        """Return who is on record under the code.

        Raises:
            RegistrySilentError: the code is among ``silent``.
        """
        self._meanwhile()
        if social_code in self.silent:
            raise RegistrySilentError
        kind = int(social_code) % 10
        if kind == 3:
            return ()
        return (RegistryRecord(full_name=_PLAIN_NAME if kind == 5 else NAME, birth="1990-01-01"),)
