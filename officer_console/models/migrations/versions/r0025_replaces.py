"""Which notice of central's the one that was signed here is to replace."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was signed before replaces none."""
    op.execute("ALTER TABLE signed_paper ADD COLUMN replaces VARCHAR")
