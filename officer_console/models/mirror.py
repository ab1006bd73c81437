"""What else comes from central: how far a scope is read, reference lists, the session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from officer_console.models.base import Base, UtcDateTime


class CursorRow(Base):
    """How far the feed of one scope is applied; written in the same transaction as the rows it stands for."""

    __tablename__ = "cursor"

    scope: Mapped[str] = mapped_column(String, primary_key=True)
    cursor: Mapped[str] = mapped_column(String)
    epoch: Mapped[str] = mapped_column(String)
    seq: Mapped[int] = mapped_column(Integer)


class LastSyncRow(Base):
    """When the last whole round ended, by central's clock. One row, ``one`` is always 1."""

    __tablename__ = "last_sync"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScopeSumRow(Base):
    """How many live dossiers of a scope are here and the XOR of their digests (32 hex digits)."""

    __tablename__ = "scope_sum"

    scope: Mapped[str] = mapped_column(String, primary_key=True)
    live_count: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String)


class StagedDossierRow(Base):
    """A dossier of a scope's next generation, which becomes the list when it is whole."""

    __tablename__ = "staged_dossier"
    __table_args__ = (Index("ix_staged_dossier_scope", "scope", "id", unique=True),)

    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    scope: Mapped[str] = mapped_column(String)
    id: Mapped[str] = mapped_column(String)
    seq: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    document: Mapped[bytes] = mapped_column(LargeBinary)


class StagedCursorRow(Base):
    """How far the next generation of one scope is read; there is one only while a scope is read anew."""

    __tablename__ = "staged_cursor"

    scope: Mapped[str] = mapped_column(String, primary_key=True)
    cursor: Mapped[str] = mapped_column(String)
    epoch: Mapped[str] = mapped_column(String)
    seq: Mapped[int] = mapped_column(Integer)


class ResyncRow(Base):
    """When the program last began by itself to read a scope anew in an epoch of central."""

    __tablename__ = "resync"

    scope: Mapped[str] = mapped_column(String, primary_key=True)
    epoch: Mapped[str] = mapped_column(String, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReferenceRow(Base):
    """One reference list as central sent it (JSON), with its entity tag."""

    __tablename__ = "reference"

    kind: Mapped[str] = mapped_column(String, primary_key=True)
    etag: Mapped[str] = mapped_column(String)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class SessionRow(Base):
    """The officer this store belongs to and his refresh token. One row, ``one`` is always 1.

    ``ended`` is 1 when he has signed out: the token is there only to tell central.
    """

    __tablename__ = "session"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    officer: Mapped[bytes] = mapped_column(LargeBinary)
    refresh_token: Mapped[str] = mapped_column(String)
    ended: Mapped[int] = mapped_column(Integer, server_default="0")
