"""Fingerprints keep the shades of a picture, to find a copy that was cut, turned or mirrored; older ones have none."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE fingerprint ADD COLUMN shades BLOB")
