"""What an issued paper says: what is printed again says the same."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was issued until now nobody kept it."""
    op.execute("ALTER TABLE issued_paper ADD COLUMN content VARCHAR")
