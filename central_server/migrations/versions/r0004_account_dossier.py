"""Which dossier made an account what it is: its approval may come a second time, after a restore behind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of accounts of before it is not known."""
    op.add_column("account", sa.Column("dossier_id", sa.String(64)))
