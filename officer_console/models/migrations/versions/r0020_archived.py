"""What central said about the notices that were signed here."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was signed before goes to central with the next round."""
    op.execute("ALTER TABLE signed_paper ADD COLUMN epoch VARCHAR")
    op.execute("ALTER TABLE signed_paper ADD COLUMN error_code VARCHAR")
