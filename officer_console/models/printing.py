"""Printing: how often a paper of a dossier came out, what was signed, and stacks of papers that are not through yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from officer_console.models.base import Base, UtcDateTime


class PrintedRow(Base):
    """How many copies of a paper of a dossier were handed to a printer on this machine, and how many times.

    ``about`` is the operation a notice tells of, of sheets about many (no dossier) their day. Page 0 counts whole
    papers, those from 1 pages printed alone.
    """

    __tablename__ = "printed"

    dossier_id: Mapped[str] = mapped_column(String, primary_key=True)
    paper: Mapped[str] = mapped_column(String, primary_key=True)
    about: Mapped[str] = mapped_column(String, primary_key=True)
    page: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    copies: Mapped[int] = mapped_column(Integer)
    times: Mapped[int] = mapped_column(Integer)


class SignedPaperRow(Base):
    """A paper of a dossier as it was signed: its file in the blob store, who signed it, and when.

    ``decision`` is the operation it tells of: a later one has a paper of its own. ``certificate`` is a serial number.
    ``epoch`` is that of central in which it took the paper, or refused it and ``error_code`` says why. ``replaces`` is
    the SHA-256 of what central had and was found not to be that paper.
    """

    __tablename__ = "signed_paper"

    dossier_id: Mapped[str] = mapped_column(String, primary_key=True)
    paper: Mapped[str] = mapped_column(String, primary_key=True)
    decision: Mapped[str] = mapped_column(String, primary_key=True)
    sha256: Mapped[str] = mapped_column(String)
    pages: Mapped[int] = mapped_column(Integer)
    signer: Mapped[str] = mapped_column(String)
    certificate: Mapped[str] = mapped_column(String)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    epoch: Mapped[str | None] = mapped_column(String)
    error_code: Mapped[str | None] = mapped_column(String)
    replaces: Mapped[str | None] = mapped_column(String)


class IssuedPaperRow(Base):
    """When a paper was first printed, saved or signed (``None``: not yet), and its number (empty: none) of a year.

    ``decision`` is the operation it tells of; empty for a paper that tells of none. A number is given once in a year
    and ``office``, which is empty where nobody knows it. ``content`` is what its form was filled with (JSON).
    """

    __tablename__ = "issued_paper"
    __table_args__ = (
        Index("ix_issued_paper_number", "year", "office", "number", unique=True, sqlite_where=text("number <> ''")),
    )

    dossier_id: Mapped[str] = mapped_column(String, primary_key=True)
    paper: Mapped[str] = mapped_column(String, primary_key=True)
    decision: Mapped[str] = mapped_column(String, primary_key=True)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    number: Mapped[str] = mapped_column(String)
    year: Mapped[int] = mapped_column(Integer)
    office: Mapped[str] = mapped_column(String, server_default=text("''"))
    content: Mapped[str | None] = mapped_column(String)


class PrintRunRow(Base):
    """A stack of one paper for many dossiers."""

    __tablename__ = "print_run"
    __table_args__ = ({"sqlite_autoincrement": True},)

    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    paper: Mapped[str] = mapped_column(String)
    printer: Mapped[str] = mapped_column(String)
    copies: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PrintItemRow(Base):
    """A dossier's place in a stack; ``state``: waiting, sending (the printer may have it or not), sent, left (out).

    ``turn``: as which of the stack it was handed to the printer last, from 1.
    """

    __tablename__ = "print_item"

    run: Mapped[int] = mapped_column(Integer, primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(String)
    number: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    error_code: Mapped[str | None] = mapped_column(String)
    turn: Mapped[int | None] = mapped_column(Integer)


class BegunFileRow(Base):
    """A file in the clear that is being written outside the store, under a name of its own; its whole path."""

    __tablename__ = "begun_file"

    path: Mapped[str] = mapped_column(String, primary_key=True)
