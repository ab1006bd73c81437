"""The first schema: offices, feeds, dossiers, decisions, letters, audit, pictures, leases, sign-ins, accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.String(27)
_ACTIVE = sa.text("state = 'active'")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account",
        sa.Column("social_code", sa.String(12), nullable=False),
        sa.Column("phone", sa.String(16), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("social_code"),
    )
    op.create_index(
        "account_active_phone", "account", ["phone"], unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE
    )
    op.create_table(
        "audit",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("h", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "n"),
    )
    op.create_table(
        "blob",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "sha256"),
    )
    op.create_table(
        "decision",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("op_id", sa.String(36), nullable=False),
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.String(64), nullable=False),
        sa.Column("device_id", sa.String(64)),
        sa.Column("dseq", sa.BigInteger()),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("req_sha256", sa.String(64), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "op_id"),
        sa.UniqueConstraint("scope_id", "device_id", "dseq"),
    )
    op.create_index("decision_by_dossier", "decision", ["scope_id", "dossier_id"])
    op.create_table(
        "dossier",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(24)),
        sa.Column("declared_on", sa.String(10), nullable=False),
        sa.Column("due_on", sa.String(10), nullable=False),
        sa.Column("handed_in", sa.Boolean(), nullable=False),
        sa.Column("social_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "id"),
        sa.UniqueConstraint("scope_id", "seq"),
    )
    op.create_index("dossier_by_status", "dossier", ["status", "declared_on"])
    op.create_table(
        "lease",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.String(64), nullable=False),
        sa.Column("officer_name", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "dossier_id"),
    )
    op.create_index("lease_by_end", "lease", ["expires_at"])
    op.create_table(
        "login_attempt",
        sa.Column("name_sha256", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False),
        sa.Column("locked_until", _INSTANT),
        sa.PrimaryKeyConstraint("name_sha256"),
    )
    op.create_table(
        "office",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id"),
    )
    op.create_table(
        "officer",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username"),
    )
    op.create_table(
        "outbox",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("op_id", sa.String(36), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", _INSTANT, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "op_id", "channel"),
    )
    op.create_index("outbox_due", "outbox", ["state", "next_at"])
    op.create_table(
        "registry_outage",
        sa.Column("social_code", sa.String(12), nullable=False),
        sa.Column("asks_left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("social_code"),
    )
    op.create_table(
        "registry_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("social_code", sa.String(12), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("birth", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_registry_person_social_code", "registry_person", ["social_code"])
    op.create_table(
        "registry_wait",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("next_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "dossier_id"),
    )
    op.create_table(
        "scope",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("epoch_ref", sa.String(36), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("live_count", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("scope_id"),
    )
    op.create_table(
        "server_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(36), nullable=False),
        sa.Column("cursor_secret", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("family", sa.String(36), nullable=False),
        sa.Column("officer_id", sa.String(64), nullable=False),
        sa.Column("device_id", sa.String(64), nullable=False),
        sa.Column("access_sha256", sa.String(64), nullable=False),
        sa.Column("access_until", _INSTANT, nullable=False),
        sa.Column("refresh_sha256", sa.String(64), nullable=False),
        sa.Column("refresh_until", _INSTANT, nullable=False),
        sa.Column("refresh_used", sa.Boolean(), nullable=False),
        sa.Column("used_at", _INSTANT),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("access_used", sa.Boolean(), nullable=False),
        sa.Column("after", sa.String(36)),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("access_sha256"),
        sa.UniqueConstraint("refresh_sha256"),
    )
    op.create_index("ix_session_after", "session", ["after"])
    op.create_index("ix_session_family", "session", ["family"])
    op.create_index("ix_session_officer_id", "session", ["officer_id"])
    op.create_index("ix_session_refresh_until", "session", ["refresh_until"])
