"""In which order the papers of a stack were handed to the printer."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; until now they went in the order of their places."""
    op.execute("ALTER TABLE print_item ADD COLUMN turn INTEGER")
    op.execute("UPDATE print_item SET turn = place + 1 WHERE state IN ('sending', 'sent')")
