"""What else comes from central: how far a scope is read, reference lists, the session."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from officer_console.models.base import Base


class CursorRow(Base):
    """How far the feed of one scope is applied; written in the same transaction as the rows it stands for."""

    __tablename__ = "cursor"

    scope: Mapped[str] = mapped_column(String, primary_key=True)
    cursor: Mapped[str] = mapped_column(String)
    epoch: Mapped[str] = mapped_column(String)
    seq: Mapped[int] = mapped_column(Integer)


class ScopeSumRow(Base):
    """How many live dossiers of a scope are here and the XOR of their digests (32 hex digits)."""

    __tablename__ = "scope_sum"

    scope: Mapped[str] = mapped_column(String, primary_key=True)
    live_count: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String)


class ReferenceRow(Base):
    """One reference list as central sent it (JSON), with its entity tag."""

    __tablename__ = "reference"

    kind: Mapped[str] = mapped_column(String, primary_key=True)
    etag: Mapped[str] = mapped_column(String)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class SessionRow(Base):
    """The officer this store belongs to and his refresh token. One row, ``one`` is always 1."""

    __tablename__ = "session"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    officer: Mapped[bytes] = mapped_column(LargeBinary)
    refresh_token: Mapped[str] = mapped_column(String)
