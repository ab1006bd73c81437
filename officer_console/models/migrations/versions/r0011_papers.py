"""The numbers of the papers dossiers name, and the words they are found by."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE dossier ADD COLUMN paper VARCHAR",
    """
    CREATE VIRTUAL TABLE dossier_papers USING fts5(
        words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_'"
    )
    """,
    # As those of the first migration: a leaf fits into one page of the cipher.
    "INSERT INTO dossier_papers (dossier_papers, rank) VALUES ('pgsz', 3960)",
    """
    CREATE TABLE paper_index (
        one INTEGER NOT NULL, up_to INTEGER NOT NULL, CONSTRAINT pk_paper_index PRIMARY KEY (one)
    )
    """,
    "INSERT INTO paper_index (one, up_to) SELECT 1, -1 WHERE EXISTS (SELECT 1 FROM dossier)",
)


def upgrade() -> None:
    """Add column and tables; what is here already is filled in little by little by ``Store.index_papers``."""
    for statement in STATEMENTS:
        op.execute(statement)
