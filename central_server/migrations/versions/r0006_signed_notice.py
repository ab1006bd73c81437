"""Whose a signed notice's file and number are in an office: a table of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; no version before this one kept notices."""
    op.create_table(
        "signed_notice",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("form_kind", sa.Integer, nullable=False),
        sa.Column("op_id", sa.String(36), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer),
        sa.Column("number", sa.String(16)),
        sa.PrimaryKeyConstraint("scope_id", "dossier_id", "form_kind", "op_id"),
        sa.UniqueConstraint("scope_id", "sha256"),
        sa.UniqueConstraint("scope_id", "year", "number"),
    )
