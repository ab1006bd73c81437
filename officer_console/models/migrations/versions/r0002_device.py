"""The store's own id and how many decisions it has recorded for each scope."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE TABLE device (one INTEGER NOT NULL, id VARCHAR NOT NULL, CONSTRAINT pk_device PRIMARY KEY (one))",
    """
    CREATE TABLE decision_count (
        scope VARCHAR NOT NULL, last INTEGER NOT NULL, CONSTRAINT pk_decision_count PRIMARY KEY (scope)
    )
    """,
)


def upgrade() -> None:
    """Make both tables."""
    for statement in STATEMENTS:
        op.execute(statement)
