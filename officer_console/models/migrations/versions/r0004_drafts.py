"""What officers have typed and not recorded."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.execute(
        "CREATE TABLE draft (dossier_id VARCHAR NOT NULL, draft BLOB NOT NULL, pictures VARCHAR NOT NULL,"
        " at VARCHAR(27) NOT NULL, CONSTRAINT pk_draft PRIMARY KEY (dossier_id))"
    )
