"""The first schema: dossiers and their words, outbox, journal, cursors, reference lists, session, blobs."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE dossier (
        position INTEGER NOT NULL, id VARCHAR NOT NULL, scope_id VARCHAR NOT NULL, seq INTEGER NOT NULL,
        version INTEGER NOT NULL, number VARCHAR NOT NULL, kind VARCHAR NOT NULL, status VARCHAR NOT NULL,
        social_code VARCHAR NOT NULL, full_name VARCHAR NOT NULL, birth VARCHAR NOT NULL,
        declared_day INTEGER NOT NULL, due_day INTEGER NOT NULL, officer_name VARCHAR,
        CONSTRAINT pk_dossier PRIMARY KEY (position),
        CONSTRAINT uq_dossier_id UNIQUE (id)
    )
    """,
    "CREATE INDEX ix_dossier_forgotten ON dossier (scope_id) WHERE seq < 0",
    """
    CREATE TABLE dossier_document (
        position INTEGER NOT NULL, document BLOB NOT NULL,
        CONSTRAINT pk_dossier_document PRIMARY KEY (position)
    )
    """,
    """
    CREATE TABLE open_dossier (
        rank INTEGER NOT NULL, position INTEGER NOT NULL, lag INTEGER NOT NULL,
        CONSTRAINT pk_open_dossier PRIMARY KEY (rank),
        CONSTRAINT uq_open_dossier_position UNIQUE (position)
    )
    """,
    "CREATE INDEX ix_open_dossier_lag ON open_dossier (lag)",
    """
    CREATE VIRTUAL TABLE dossier_words USING fts5(
        words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_'"
    )
    """,
    """
    CREATE VIRTUAL TABLE open_words USING fts5(
        words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_'"
    )
    """,
    # A page of the cipher has 4048 usable bytes: a leaf of this size fits into one, the default takes two.
    "INSERT INTO dossier_words (dossier_words, rank) VALUES ('pgsz', 3960)",
    "INSERT INTO open_words (open_words, rank) VALUES ('pgsz', 3960)",
    """
    CREATE TABLE cursor (
        scope VARCHAR NOT NULL, cursor VARCHAR NOT NULL, epoch VARCHAR NOT NULL, seq INTEGER NOT NULL,
        CONSTRAINT pk_cursor PRIMARY KEY (scope)
    )
    """,
    """
    CREATE TABLE scope_sum (
        scope VARCHAR NOT NULL, live_count INTEGER NOT NULL, digest VARCHAR NOT NULL,
        CONSTRAINT pk_scope_sum PRIMARY KEY (scope)
    )
    """,
    """
    CREATE TABLE reference (
        kind VARCHAR NOT NULL, etag VARCHAR NOT NULL, body BLOB NOT NULL,
        CONSTRAINT pk_reference PRIMARY KEY (kind)
    )
    """,
    """
    CREATE TABLE session (
        one INTEGER NOT NULL, officer BLOB NOT NULL, refresh_token VARCHAR NOT NULL,
        CONSTRAINT pk_session PRIMARY KEY (one)
    )
    """,
    """
    CREATE TABLE outbox (
        n INTEGER NOT NULL CONSTRAINT pk_outbox PRIMARY KEY AUTOINCREMENT, op_id VARCHAR NOT NULL,
        dossier_id VARCHAR NOT NULL, decision BLOB NOT NULL, state VARCHAR NOT NULL, attempts INTEGER NOT NULL,
        next_at VARCHAR(27), error_code VARCHAR, error_data BLOB,
        created_at VARCHAR(27) NOT NULL, sent_at VARCHAR(27), resolved_at VARCHAR(27),
        CONSTRAINT uq_outbox_op_id UNIQUE (op_id)
    )
    """,
    "CREATE INDEX ix_outbox_open ON outbox (dossier_id) WHERE state IN ('waiting', 'attention')",
    "CREATE UNIQUE INDEX ix_outbox_one_waiting ON outbox (dossier_id) WHERE state = 'waiting'",
    "CREATE INDEX ix_outbox_state ON outbox (state, n)",
    """
    CREATE TRIGGER outbox_keeps_open_rows BEFORE DELETE ON outbox WHEN OLD.state IN ('waiting', 'attention')
    BEGIN SELECT RAISE(ABORT, 'outbox row is still open'); END
    """,
    """
    CREATE TRIGGER outbox_keeps_decision BEFORE UPDATE OF op_id, dossier_id, decision, created_at ON outbox
    BEGIN SELECT RAISE(ABORT, 'a decision never changes'); END
    """,
    """
    CREATE TABLE journal (
        n INTEGER NOT NULL CONSTRAINT pk_journal PRIMARY KEY AUTOINCREMENT, at VARCHAR(27) NOT NULL,
        what VARCHAR NOT NULL, who VARCHAR, dossier_id VARCHAR, op_id VARCHAR
    )
    """,
    """
    CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
    """,
    """
    CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
    """,
    """
    CREATE TABLE blob (
        sha256 VARCHAR NOT NULL, name VARCHAR NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL,
        CONSTRAINT pk_blob PRIMARY KEY (sha256),
        CONSTRAINT uq_blob_name UNIQUE (name)
    )
    """,
    """
    CREATE TABLE upload (
        sha256 VARCHAR NOT NULL, scope VARCHAR NOT NULL, media_type VARCHAR NOT NULL, done INTEGER NOT NULL,
        CONSTRAINT pk_upload PRIMARY KEY (sha256, scope)
    )
    """,
)


def upgrade() -> None:
    """Make every table, index and trigger."""
    for statement in STATEMENTS:
        op.execute(statement)
