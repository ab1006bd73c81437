"""How often papers were printed, and stacks of papers that are not through yet."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE printed (
        dossier_id VARCHAR NOT NULL, paper VARCHAR NOT NULL, copies INTEGER NOT NULL,
        times INTEGER NOT NULL, CONSTRAINT pk_printed PRIMARY KEY (dossier_id, paper)
    )
    """,
    """
    CREATE TABLE print_run (
        n INTEGER NOT NULL CONSTRAINT pk_print_run PRIMARY KEY AUTOINCREMENT, paper VARCHAR NOT NULL,
        printer VARCHAR NOT NULL, copies INTEGER NOT NULL, at VARCHAR(27) NOT NULL
    )
    """,
    """
    CREATE TABLE print_item (
        run INTEGER NOT NULL, place INTEGER NOT NULL, dossier_id VARCHAR NOT NULL, number VARCHAR NOT NULL,
        state VARCHAR NOT NULL, error_code VARCHAR, CONSTRAINT pk_print_item PRIMARY KEY (run, place)
    )
    """,
)


def upgrade() -> None:
    """Add the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
