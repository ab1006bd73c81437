"""What was refused stays refused: a table of refusals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; refusals of before are not known."""
    op.create_table(
        "refusal",
        sa.Column("scope_id", sa.String(16), nullable=False),
        sa.Column("op_id", sa.String(36), nullable=False),
        sa.Column("req_sha256", sa.String(64), nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "op_id"),
    )
