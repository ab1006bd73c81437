"""Which generation of the keys of forms' codes is current."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every central begins with the first generation."""
    op.add_column("server_state", sa.Column("form_generation", sa.Integer, nullable=False, server_default="1"))
