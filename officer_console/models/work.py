"""The officer's own work: decisions on their way, the journal, sealed pictures and their uploads.

Triggers of the migrations guard it: the journal is append only, an outbox row cannot be deleted before it is accepted
or resolved, what was decided never changes, and no new one begins to wait while another of its dossier does.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from officer_console.models.base import Base, UtcDateTime


class OutboxRow(Base):
    """One decision. ``state`` is waiting, attention, accepted or resolved.

    ``n`` is the order in which they were made; ``scope``, ``device`` and ``dseq`` repeat what stands in the decision.
    ``confirmed`` is 1 when central's ledger named it, ``judged`` the SHA-256 of the state it was judged on,
    ``tried_at`` the time of the last try that failed. ``basis`` is that state, ``evidence`` the household registry's
    answer the officer had seen.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "dossier_id", sqlite_where=text("state IN ('waiting', 'attention')")),
        Index("ix_outbox_dseq", "scope", "device", "dseq"),
        Index("ix_outbox_unconfirmed", "scope", "dseq", sqlite_where=text("confirmed = 0")),
        Index("ix_outbox_state", "state", "n"),
        {"sqlite_autoincrement": True},
    )

    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    op_id: Mapped[str] = mapped_column(String, unique=True)
    dossier_id: Mapped[str] = mapped_column(String)
    decision: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String)
    attempts: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_code: Mapped[str | None] = mapped_column(String)
    error_data: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scope: Mapped[str | None] = mapped_column(String)
    device: Mapped[str | None] = mapped_column(String)
    dseq: Mapped[int | None] = mapped_column(Integer)
    confirmed: Mapped[int] = mapped_column(Integer, server_default="0")
    judged: Mapped[str | None] = mapped_column(String)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    basis: Mapped[bytes | None] = mapped_column(LargeBinary)
    evidence: Mapped[bytes | None] = mapped_column(LargeBinary)


class HouseholdRow(Base):
    """The household registry's last answer about a dossier, asked for without deciding."""

    __tablename__ = "household"

    dossier_id: Mapped[str] = mapped_column(String, primary_key=True)
    answer: Mapped[bytes] = mapped_column(LargeBinary)


class DeviceRow(Base):
    """The random id of this store, made anew when it is found to be a copy. One row, ``one`` is always 1."""

    __tablename__ = "device"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String)


class CentralClockRow(Base):
    """Central's clock less this machine's, in milliseconds, and central's time when that was known. One row."""

    __tablename__ = "central_clock"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    ahead_ms: Mapped[int] = mapped_column(Integer)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DecisionCountRow(Base):
    """The number of the last decision recorded here for a scope."""

    __tablename__ = "decision_count"

    scope: Mapped[str] = mapped_column(String, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class JournalRow(Base):
    """One line of what was done on this machine; never changed, never deleted."""

    __tablename__ = "journal"
    __table_args__ = ({"sqlite_autoincrement": True},)

    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String)
    who: Mapped[str | None] = mapped_column(String)
    dossier_id: Mapped[str | None] = mapped_column(String)
    op_id: Mapped[str | None] = mapped_column(String)


class DraftRow(Base):
    """What an officer has typed on a dossier and not recorded; ``at`` is when it was kept.

    ``pictures`` holds the SHA-256 of every picture it names, parted by spaces.
    """

    __tablename__ = "draft"

    dossier_id: Mapped[str] = mapped_column(String, primary_key=True)
    draft: Mapped[bytes] = mapped_column(LargeBinary)
    pictures: Mapped[str] = mapped_column(String)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlobRow(Base):
    """A sealed file: its name says nothing, its key and the SHA-256 of its content stand only here.

    ``dossier_id`` is the dossier it was fetched or taken for last.
    """

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str] = mapped_column(String, unique=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(Integer)
    dossier_id: Mapped[str | None] = mapped_column(String)


class UploadRow(Base):
    """A picture that central has to receive before the decision that names it."""

    __tablename__ = "upload"

    sha256: Mapped[str] = mapped_column(String, primary_key=True)
    scope: Mapped[str] = mapped_column(String, primary_key=True)
    media_type: Mapped[str] = mapped_column(String)
    done: Mapped[int] = mapped_column(Integer)


class CaptureRow(Base):
    """How a replacement was made: ``recipe`` leads from the sealed ``originals`` (SHA-256, parted by spaces) to it.

    ``former`` is the replacement it took the place of, if any. ``op_id`` is the decision that took it along.
    """

    __tablename__ = "capture"
    __table_args__ = (Index("ix_capture_dossier", "dossier_id", "kind"), {"sqlite_autoincrement": True})

    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    dossier_id: Mapped[str] = mapped_column(String)
    kind: Mapped[str] = mapped_column(String)
    sha256: Mapped[str] = mapped_column(String)
    size: Mapped[int] = mapped_column(Integer)
    former: Mapped[str | None] = mapped_column(String)
    recipe: Mapped[bytes] = mapped_column(LargeBinary)
    originals: Mapped[str] = mapped_column(String)
    reason: Mapped[str] = mapped_column(String)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    op_id: Mapped[str | None] = mapped_column(String)


class FingerprintRow(Base):
    """What a picture of a dossier looks like, to notice it in another dossier: 64 bits (signed), and its shades.

    Pictures that were seen before there were shades have none.
    """

    __tablename__ = "fingerprint"
    __table_args__ = (Index("ix_fingerprint_kind", "kind"),)

    dossier_id: Mapped[str] = mapped_column(String, primary_key=True)
    sha256: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    bits: Mapped[int] = mapped_column(Integer)
    shades: Mapped[bytes | None] = mapped_column(LargeBinary)
