"""Which dossier a sealed picture belongs to, so that it can go when the dossier has gone."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of the pictures that are here already nobody knows."""
    op.execute("ALTER TABLE blob ADD COLUMN dossier_id VARCHAR")
