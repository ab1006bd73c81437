"""What a decision was recorded on, and what the household registry last answered about a dossier."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE outbox ADD COLUMN basis BLOB",
    "ALTER TABLE outbox ADD COLUMN evidence BLOB",
    """
    CREATE TABLE household (
        dossier_id VARCHAR NOT NULL, answer BLOB NOT NULL, CONSTRAINT pk_household PRIMARY KEY (dossier_id)
    )
    """,
)


def upgrade() -> None:
    """Add two columns and a table; of what was recorded before nothing is known."""
    for statement in STATEMENTS:
        op.execute(statement)
