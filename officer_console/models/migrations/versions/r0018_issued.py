"""When a paper about a decision was issued and under which number, so that it is the same when printed again."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; of what was printed before nobody knows the date."""
    op.execute(
        "CREATE TABLE issued_paper"
        " (dossier_id VARCHAR NOT NULL, paper VARCHAR NOT NULL, decision VARCHAR NOT NULL, at VARCHAR(27),"
        " number VARCHAR NOT NULL, year INTEGER NOT NULL,"
        " CONSTRAINT pk_issued_paper PRIMARY KEY (dossier_id, paper, decision))"
    )
    op.execute("CREATE UNIQUE INDEX ix_issued_paper_number ON issued_paper (year, number) WHERE number <> ''")
