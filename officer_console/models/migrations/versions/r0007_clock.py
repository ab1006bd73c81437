"""How far this machine's clock was from central's when it was last known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table for what is known of central's clock."""
    op.create_table(
        "central_clock",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ahead_ms", sa.Integer(), nullable=False),
        sa.Column("heard_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
