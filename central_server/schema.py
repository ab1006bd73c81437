"""Central's tables. Every key starts with the scope (office), so that a scope can live on a server of its own.

Times are ``Instant`` (UTC text), dates ``YYYY-MM-DD`` text: the same on SQLite and PostgreSQL. A change here needs a
migration (``central_server.migrations``).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from central_server.times import Instant

metadata = MetaData()

server_state = Table(
    "server_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", String(36), nullable=False),
    Column("cursor_secret", String(64), nullable=False),
    Column("form_generation", Integer, nullable=False, server_default="1"),
)

office = Table(
    "office",
    metadata,
    Column("scope_id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
)

# The counter row of the feed: whoever changes a dossier of the scope takes the next number here, under the row's lock.
scope = Table(
    "scope",
    metadata,
    Column("scope_id", String(16), primary_key=True),
    Column("epoch_ref", String(36), nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("live_count", BigInteger, nullable=False),
    Column("digest", String(32), nullable=False),
)

# ``doc`` is the canonical JSON of the whole dossier; the columns beside it only repeat what queries need.
dossier = Table(
    "dossier",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("id", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(24), nullable=False),
    Column("doc", Text, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("why", String(24)),
    Column("declared_on", String(10), nullable=False),
    Column("due_on", String(10), nullable=False),
    Column("handed_in", Boolean, nullable=False),
    Column("social_code", Text, nullable=False),
    PrimaryKeyConstraint("scope_id", "id"),
    UniqueConstraint("scope_id", "seq"),
    Index("dossier_by_status", "status", "declared_on"),
)

# ``dseq`` counts the decisions of one sealed store (``device_id``); both are empty where the desk counts none.
decision = Table(
    "decision",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("op_id", String(36), nullable=False),
    Column("dossier_id", String(64), nullable=False),
    Column("officer_id", String(64), nullable=False),
    Column("device_id", String(64)),
    Column("dseq", BigInteger),
    Column("base_version", Integer, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("req_sha256", String(64), nullable=False),
    Column("receipt", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("scope_id", "op_id"),
    UniqueConstraint("scope_id", "device_id", "dseq"),
    Index("decision_by_dossier", "scope_id", "dossier_id"),
)

# A decision that was refused and waits for its officer: a copy of it that was held up on the way is refused as well.
# ``problem`` is the document of the first answer.
refusal = Table(
    "refusal",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("op_id", String(36), nullable=False),
    Column("req_sha256", String(64), nullable=False),
    Column("problem", Text, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("scope_id", "op_id"),
)

# When the registry is asked again about a dossier on which it stayed silent.
registry_wait = Table(
    "registry_wait",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("dossier_id", String(64), nullable=False),
    Column("asks", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    PrimaryKeyConstraint("scope_id", "dossier_id"),
)

# ``data`` is what the templates need; a password is never in it (the worker makes it when it sends). ``error`` is the
# code of what the last try met with.
outbox = Table(
    "outbox",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("op_id", String(36), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("dossier_id", String(64), nullable=False),
    Column("address", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("error", String(64)),
    PrimaryKeyConstraint("scope_id", "op_id", "channel"),
    Index("outbox_due", "state", "next_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("prev", String(64), nullable=False),
    Column("h", String(64), nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("scope_id", "n"),
)

blob = Table(
    "blob",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("size", Integer, nullable=False),
    PrimaryKeyConstraint("scope_id", "sha256"),
)

# Whose a signed notice's file and number are in the office: each is one notice's only. ``number`` is in the form in
# which numbers are compared; it and ``year`` are empty for a notice without one.
signed_notice = Table(
    "signed_notice",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("dossier_id", String(64), nullable=False),
    Column("form_kind", Integer, nullable=False),
    Column("op_id", String(36), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("year", Integer),
    Column("number", String(16)),
    PrimaryKeyConstraint("scope_id", "dossier_id", "form_kind", "op_id"),
    UniqueConstraint("scope_id", "sha256"),
    UniqueConstraint("scope_id", "year", "number"),
)

lease = Table(
    "lease",
    metadata,
    Column("scope_id", String(16), nullable=False),
    Column("dossier_id", String(64), nullable=False),
    Column("officer_id", String(64), nullable=False),
    Column("officer_name", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    PrimaryKeyConstraint("scope_id", "dossier_id"),
    Index("lease_by_end", "expires_at"),
)

# ``scopes`` is a JSON list of scope ids; ``username`` is lower-case.
officer = Table(
    "officer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("username", String(64), nullable=False, unique=True),
    Column("full_name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)

# Only SHA-256 of the tokens. A family is one sign-in: re-use of a spent refresh token ends all of it. ``after`` is the
# row whose refresh token was exchanged for this one, ``repeated`` says that it was exchanged a second time.
session = Table(
    "session",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("family", String(36), nullable=False, index=True),
    Column("officer_id", String(64), nullable=False, index=True),
    Column("device_id", String(64), nullable=False),
    Column("access_sha256", String(64), nullable=False, unique=True),
    Column("access_until", Instant, nullable=False),
    Column("refresh_sha256", String(64), nullable=False, unique=True),
    Column("refresh_until", Instant, nullable=False, index=True),
    Column("refresh_used", Boolean, nullable=False),
    Column("used_at", Instant),
    Column("repeated", Boolean, nullable=False),
    Column("access_used", Boolean, nullable=False),
    Column("after", String(36), index=True),
    Column("revoked", Boolean, nullable=False),
)

# Keyed by a hash of the typed name: unknown names lock exactly like known ones and leave no text behind.
login_attempt = Table(
    "login_attempt",
    metadata,
    Column("name_sha256", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("locked_until", Instant),
)

# A citizen's account. ``state``: active | closed. ``password_hash`` stays empty until the first message has gone out.
# ``dossier_id`` is whose approval made it what it is: over several servers the dossier can be put back without it.
account = Table(
    "account",
    metadata,
    Column("social_code", String(12), primary_key=True),
    Column("phone", String(16), nullable=False),
    Column("email", Text),
    Column("state", String(8), nullable=False),
    Column("password_hash", Text),
    Column("must_change", Boolean, nullable=False),
    Column("dossier_id", String(64)),
    Index(
        "account_active_phone",
        "phone",
        unique=True,
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
)

# The household registry as this server plays it; several rows may have one code. ``birth`` as ``BirthDate.text()``.
registry_person = Table(
    "registry_person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("social_code", String(12), nullable=False, index=True),
    Column("full_name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("birth", String(10), nullable=False),
)

# Codes on which the registry stays silent: for ``asks_left`` more questions, for ever when negative.
registry_outage = Table(
    "registry_outage",
    metadata,
    Column("social_code", String(12), primary_key=True),
    Column("asks_left", Integer, nullable=False),
)
