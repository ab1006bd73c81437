"""Copies are counted by page, and by what a paper tells of: a later decision's notice was not printed before."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE printed RENAME TO printed_before",
    """
    CREATE TABLE printed (
        dossier_id VARCHAR NOT NULL, paper VARCHAR NOT NULL, about VARCHAR NOT NULL, page INTEGER NOT NULL,
        copies INTEGER NOT NULL, times INTEGER NOT NULL,
        CONSTRAINT pk_printed PRIMARY KEY (dossier_id, paper, about, page)
    )
    """,
    """
    INSERT INTO printed (dossier_id, paper, about, page, copies, times)
    SELECT
        dossier_id, paper,
        coalesce((
            SELECT decision FROM issued_paper
            WHERE issued_paper.dossier_id = printed_before.dossier_id AND issued_paper.paper = printed_before.paper
                AND issued_paper.at IS NOT NULL
            ORDER BY issued_paper.at DESC LIMIT 1
        ), ''),
        0, copies, times
    FROM printed_before
    """,
    "DROP TABLE printed_before",
)


def upgrade() -> None:
    """What was counted until now were whole papers, of a notice about the decision it was issued for last."""
    for statement in STATEMENTS:
        op.execute(statement)
