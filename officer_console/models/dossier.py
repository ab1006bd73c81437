"""The mirror of central's dossiers: list columns, documents, and the queue of open ones.

Three full-text tables belong to it which SQLAlchemy cannot describe (migrations make them): ``dossier_words`` and
``dossier_papers`` with the rowids of ``dossier.position``, ``open_words`` with those of ``open_dossier.rank``. See
``store/words.py``.
"""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from officer_console.models.base import Base


class DossierRow(Base):
    """What the list shows of a dossier. ``position`` is ``declared_day << 22 | n``: rows lie on disk by declaration
    date.

    Days are proleptic Gregorian ordinals (``date.toordinal``) of Vietnamese calendar dates. ``paper`` is the key of the
    number of the declared paper, empty without one, null as long as the dossier is not in ``dossier_papers``;
    ``guardian`` that of who acts for a minor, null until the full-text tables have it.
    """

    __tablename__ = "dossier"

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String, unique=True)
    scope_id: Mapped[str] = mapped_column(String)
    seq: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String)
    kind: Mapped[str] = mapped_column(String)
    status: Mapped[str] = mapped_column(String)
    social_code: Mapped[str] = mapped_column(String)
    full_name: Mapped[str] = mapped_column(String)
    birth: Mapped[str] = mapped_column(String)
    declared_day: Mapped[int] = mapped_column(Integer)
    due_day: Mapped[int] = mapped_column(Integer)
    officer_name: Mapped[str | None] = mapped_column(String)
    paper: Mapped[str | None] = mapped_column(String)
    guardian: Mapped[str | None] = mapped_column(String)


class DossierDocumentRow(Base):
    """The whole document as canonical JSON, apart from the list columns so that lists stay small."""

    __tablename__ = "dossier_document"

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    document: Mapped[bytes] = mapped_column(LargeBinary)


class PaperIndexRow(Base):
    """Up to which position an older store's dossiers are found by their papers; no row when all of them are."""

    __tablename__ = "paper_index"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    up_to: Mapped[int] = mapped_column(Integer)


class OpenDossierRow(Base):
    """The work queue: one row per open dossier, ``rank`` is ``due_day << 22 | n``.

    ``lag`` is due day less declared day.
    """

    __tablename__ = "open_dossier"
    __table_args__ = (Index("ix_open_dossier_lag", "lag"),)

    rank: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, unique=True)
    lag: Mapped[int] = mapped_column(Integer)
