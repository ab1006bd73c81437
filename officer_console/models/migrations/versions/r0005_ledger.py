"""What central's ledger confirms, the state a decision was judged on, and the second generation of a scope."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE outbox ADD COLUMN scope VARCHAR",
    "ALTER TABLE outbox ADD COLUMN dseq INTEGER",
    "ALTER TABLE outbox ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN judged VARCHAR",
    "ALTER TABLE outbox ADD COLUMN tried_at VARCHAR(27)",
    """
    UPDATE outbox SET scope = json_extract(CAST(decision AS TEXT), '$.scope_id'),
        dseq = json_extract(CAST(decision AS TEXT), '$.dseq')
    """,
    "CREATE INDEX ix_outbox_unconfirmed ON outbox (scope, dseq) WHERE confirmed = 0",
    "CREATE INDEX ix_outbox_dseq ON outbox (scope, dseq)",
    "DROP INDEX ix_dossier_forgotten",
    # Decisions of one dossier may wait together when central has lost them; a new one still waits alone.
    "DROP INDEX ix_outbox_one_waiting",
    """
    CREATE TRIGGER outbox_one_new BEFORE INSERT ON outbox
    WHEN NEW.state = 'waiting' AND EXISTS (
        SELECT 1 FROM outbox WHERE dossier_id = NEW.dossier_id AND state = 'waiting'
    )
    BEGIN SELECT RAISE(ABORT, 'a decision on the dossier waits already'); END
    """,
    """
    CREATE TABLE staged_dossier (
        n INTEGER NOT NULL, scope VARCHAR NOT NULL, id VARCHAR NOT NULL, seq INTEGER NOT NULL,
        version INTEGER NOT NULL, document BLOB NOT NULL,
        CONSTRAINT pk_staged_dossier PRIMARY KEY (n)
    )
    """,
    "CREATE UNIQUE INDEX ix_staged_dossier_scope ON staged_dossier (scope, id)",
    """
    CREATE TABLE staged_cursor (
        scope VARCHAR NOT NULL, cursor VARCHAR NOT NULL, epoch VARCHAR NOT NULL, seq INTEGER NOT NULL,
        CONSTRAINT pk_staged_cursor PRIMARY KEY (scope)
    )
    """,
    """
    CREATE TABLE resync (
        scope VARCHAR NOT NULL, epoch VARCHAR NOT NULL, at VARCHAR(27) NOT NULL,
        CONSTRAINT pk_resync PRIMARY KEY (scope, epoch)
    )
    """,
)


def upgrade() -> None:
    """Add columns and tables; the numbers of decisions that are here already are read from their documents."""
    for statement in STATEMENTS:
        op.execute(statement)
