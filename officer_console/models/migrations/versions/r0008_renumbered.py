"""The store id each decision is numbered under: a store that finds that it is a copy takes another one."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE outbox ADD COLUMN device VARCHAR",
    # before the decision's own trigger is there again
    "UPDATE outbox SET device = json_extract(CAST(decision AS TEXT), '$.device_id') WHERE dseq > 0",
    # a number says nothing of a decision central has given no receipt for
    "UPDATE outbox SET confirmed = 0 WHERE state <> 'accepted'",
    "DROP INDEX ix_outbox_dseq",
    "CREATE INDEX ix_outbox_dseq ON outbox (scope, device, dseq)",
    "DROP TRIGGER outbox_keeps_decision",
    """
    CREATE TRIGGER outbox_keeps_row BEFORE UPDATE OF op_id, dossier_id, created_at ON outbox
    BEGIN SELECT RAISE(ABORT, 'a decision never changes'); END
    """,
    # The store id says where it is counted, not what was decided.
    """
    CREATE TRIGGER outbox_keeps_decision BEFORE UPDATE OF decision ON outbox
    WHEN OLD.state <> 'waiting' OR CASE WHEN json_valid(CAST(NEW.decision AS TEXT))
        THEN json_remove(CAST(NEW.decision AS TEXT), '$.device_id')
            IS NOT json_remove(CAST(OLD.decision AS TEXT), '$.device_id')
        ELSE 1 END
    BEGIN SELECT RAISE(ABORT, 'a decision never changes'); END
    """,
)


def upgrade() -> None:
    """Add the column, filled from the documents, and let a waiting decision change its store id and nothing else."""
    for statement in STATEMENTS:
        op.execute(statement)
