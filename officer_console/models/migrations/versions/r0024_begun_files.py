"""Files in the clear that were begun outside the store: a program that was killed left them."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.execute("CREATE TABLE begun_file (path VARCHAR NOT NULL, CONSTRAINT pk_begun_file PRIMARY KEY (path))")
