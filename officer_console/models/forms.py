"""Forms on paper: the keys of the codes on forms, and signed sheets on their way to their dossiers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from officer_console.models.base import Base, UtcDateTime


class FormKeyRow(Base):
    """The keys of one office's forms as central sent them (JSON), for which scope and when."""

    __tablename__ = "form_key"

    office: Mapped[str] = mapped_column(String, primary_key=True)
    scope: Mapped[str] = mapped_column(String, primary_key=True)
    keys: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SheetRow(Base):
    """One signed sheet. ``state`` is waiting, attention or filed.

    ``number`` is the dossier's; ``dossier_id`` and ``scope`` are known as soon as that is on this desk. ``epoch`` is
    that of central in which it was filed, ``replaces`` the sheet the officer saw in its place.
    """

    __tablename__ = "sheet"
    __table_args__ = (Index("ix_sheet_dossier", "dossier_id"), {"sqlite_autoincrement": True})

    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[str] = mapped_column(String)
    dossier_id: Mapped[str | None] = mapped_column(String)
    scope: Mapped[str | None] = mapped_column(String)
    form: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String)
    pages: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String)
    error_code: Mapped[str | None] = mapped_column(String)
    epoch: Mapped[str | None] = mapped_column(String)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
