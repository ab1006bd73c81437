"""Keys of the codes on forms, and signed sheets on their way to their dossiers."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE form_key (
        office VARCHAR NOT NULL, scope VARCHAR NOT NULL, keys BLOB NOT NULL, at VARCHAR(27) NOT NULL,
        CONSTRAINT pk_form_key PRIMARY KEY (office, scope)
    )
    """,
    """
    CREATE TABLE sheet (
        n INTEGER NOT NULL CONSTRAINT pk_sheet PRIMARY KEY AUTOINCREMENT, number VARCHAR NOT NULL, dossier_id VARCHAR,
        scope VARCHAR, form BLOB NOT NULL, sha256 VARCHAR NOT NULL, pages INTEGER NOT NULL, state VARCHAR NOT NULL,
        error_code VARCHAR, epoch VARCHAR, at VARCHAR(27) NOT NULL
    )
    """,
    "CREATE INDEX ix_sheet_dossier ON sheet (dossier_id)",
)


def upgrade() -> None:
    """Add both tables."""
    for statement in STATEMENTS:
        op.execute(statement)
