"""Of which office's register a notice's number is: each office counts for itself."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE issued_paper ADD COLUMN office VARCHAR DEFAULT '' NOT NULL",
    """
    UPDATE issued_paper
    SET office = coalesce((SELECT scope_id FROM dossier WHERE dossier.id = issued_paper.dossier_id), '')
    """,
    "DROP INDEX ix_issued_paper_number",
    "CREATE UNIQUE INDEX ix_issued_paper_number ON issued_paper (year, office, number) WHERE number <> ''",
)


def upgrade() -> None:
    """Add the column; of a notice whose dossier is gone nobody knows the office."""
    for statement in STATEMENTS:
        op.execute(statement)
