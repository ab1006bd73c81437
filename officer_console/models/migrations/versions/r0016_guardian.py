"""The numbers of the papers of who acts for minors."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE dossier ADD COLUMN guardian VARCHAR",
    "INSERT OR REPLACE INTO paper_index (one, up_to) SELECT 1, -1 WHERE EXISTS (SELECT 1 FROM dossier)",
)


def upgrade() -> None:
    """Add the column; what is here already is filled in little by little by ``Store.index_papers``."""
    for statement in STATEMENTS:
        op.execute(statement)
