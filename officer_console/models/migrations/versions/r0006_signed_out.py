"""Whether the officer has signed out of the session whose token is kept."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of the session that is here already nobody knows better than that it goes on."""
    op.execute("ALTER TABLE session ADD COLUMN ended INTEGER NOT NULL DEFAULT 0")
