"""When the store was last in step with central, for a start without network."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.execute(
        "CREATE TABLE last_sync"
        " (one INTEGER NOT NULL, at VARCHAR(27) NOT NULL, CONSTRAINT pk_last_sync PRIMARY KEY (one))"
    )
