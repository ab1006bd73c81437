"""An outbox row keeps why its last try failed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing is known about rows of before."""
    op.add_column("outbox", sa.Column("error", sa.String(64)))
