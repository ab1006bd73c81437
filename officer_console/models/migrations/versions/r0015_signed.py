"""Papers that were signed digitally, kept for printing them again."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.execute(
        "CREATE TABLE signed_paper"
        " (dossier_id VARCHAR NOT NULL, paper VARCHAR NOT NULL, decision VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,"
        " pages INTEGER NOT NULL, signer VARCHAR NOT NULL, certificate VARCHAR NOT NULL, at VARCHAR(27) NOT NULL,"
        " CONSTRAINT pk_signed_paper PRIMARY KEY (dossier_id, paper, decision))"
    )
