"""How pictures were taken at the desk, and what pictures look like."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE capture (
        n INTEGER NOT NULL CONSTRAINT pk_capture PRIMARY KEY AUTOINCREMENT, dossier_id VARCHAR NOT NULL,
        kind VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, size INTEGER NOT NULL, former VARCHAR, recipe BLOB NOT NULL,
        originals VARCHAR NOT NULL, reason VARCHAR NOT NULL, at VARCHAR(27) NOT NULL, op_id VARCHAR
    )
    """,
    "CREATE INDEX ix_capture_dossier ON capture (dossier_id, kind)",
    """
    CREATE TABLE fingerprint (
        dossier_id VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, kind VARCHAR NOT NULL, bits INTEGER NOT NULL,
        CONSTRAINT pk_fingerprint PRIMARY KEY (dossier_id, sha256)
    )
    """,
    "CREATE INDEX ix_fingerprint_kind ON fingerprint (kind)",
)


def upgrade() -> None:
    """Add both tables."""
    for statement in STATEMENTS:
        op.execute(statement)
