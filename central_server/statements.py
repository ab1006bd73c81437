"""The SQL of the hot transactions, in one place and in the dialect SQLite and PostgreSQL share.

Each statement touches one scope. Times are bound as ``times.stamp`` text.
"""

from __future__ import annotations

from sqlalchemy import text

STATE_INSERT = text(
    "INSERT INTO server_state (id, epoch, cursor_secret) VALUES (1, :epoch, :cursor_secret) ON CONFLICT DO NOTHING"
)

FORM_GENERATION = text("SELECT form_generation FROM server_state")
FORM_GENERATION_NEXT = text("UPDATE server_state SET form_generation = form_generation + 1")

DOSSIER = text("SELECT id, seq, version, status, doc, gone, why FROM dossier WHERE scope_id = :scope_id AND id = :id")
# On PostgreSQL whoever is going to write a dossier takes its row first and the scope's counter last, so that no two
# writers wait for each other. SQLite has one writer at a time.
DOSSIER_HELD = text(
    "SELECT id, seq, version, status, doc, gone, why FROM dossier WHERE scope_id = :scope_id AND id = :id FOR UPDATE"
)
# For who has read the dossier before: whether it is still as it was, and from here on stays so.
DOSSIER_PLACE = text("SELECT seq, version FROM dossier WHERE scope_id = :scope_id AND id = :id")
DOSSIER_LOCK = text("SELECT seq, version FROM dossier WHERE scope_id = :scope_id AND id = :id FOR UPDATE")
DOSSIER_INSERT = text(
    "INSERT INTO dossier"
    " (scope_id, id, seq, version, status, doc, gone, declared_on, due_on, handed_in, social_code)"
    " VALUES (:scope_id, :id, :seq, :version, :status, :doc, :gone, :declared_on, :due_on, :handed_in, :social_code)"
)
DOSSIER_UPDATE = text(
    "UPDATE dossier SET seq = :seq, version = :version, status = :status, doc = :doc, gone = :gone, why = NULL,"
    " declared_on = :declared_on, due_on = :due_on, handed_in = :handed_in, social_code = :social_code"
    " WHERE scope_id = :scope_id AND id = :id AND version = :base AND seq = :base_seq"
)
DOSSIER_BURY = text(
    "UPDATE dossier SET seq = :seq, version = :version, gone = :gone, why = :why, doc = :doc"
    " WHERE scope_id = :scope_id AND id = :id AND version = :base AND seq = :base_seq"
)

# The counter comes last in every transaction: its row lock is what makes the feed gapless, so it is held only briefly.
# Whoever asks for it compares ``epoch_ref`` (``epochs.agree``).
SCOPE_ENSURE = text(
    "INSERT INTO scope (scope_id, epoch_ref, last_seq, live_count, digest) VALUES (:scope_id, :epoch, 0, 0, :digest)"
    " ON CONFLICT DO NOTHING"
)
SCOPE_NEXT = text(
    "UPDATE scope SET last_seq = last_seq + :by WHERE scope_id = :scope_id"
    " RETURNING last_seq, live_count, digest, epoch_ref"
)
# Takes the counter's lock and leaves its number: for an audit entry without a change.
SCOPE_LOCK = text("UPDATE scope SET last_seq = last_seq WHERE scope_id = :scope_id RETURNING epoch_ref")
SCOPE_SUM = text("UPDATE scope SET live_count = :live_count, digest = :digest WHERE scope_id = :scope_id")
SCOPE_STATE = text("SELECT last_seq, live_count, digest, epoch_ref FROM scope WHERE scope_id = :scope_id")

CHANGES = text(
    "SELECT id, seq, version, gone, why, doc FROM dossier WHERE scope_id = :scope_id AND seq > :after"
    " ORDER BY seq LIMIT :limit"
)

# The decision itself, or another one with its number. Not by one OR: a server behind that has no statistics yet would
# look through all decisions of the office.
DECISION = text(
    "SELECT op_id, req_sha256, receipt, NULL AS problem FROM decision WHERE scope_id = :scope_id AND op_id = :op_id"
    " UNION ALL SELECT op_id, req_sha256, receipt, NULL FROM decision WHERE scope_id = :scope_id"
    " AND device_id = :device_id AND dseq = :dseq AND op_id <> :op_id"
    " UNION ALL SELECT op_id, req_sha256, NULL, problem FROM refusal"
    " WHERE scope_id = :scope_id AND op_id IN (:op_id, :turned_away)"
)
REFUSED = text("SELECT op_id FROM refusal WHERE scope_id = :scope_id AND op_id IN (:op_id, :turned_away)")
REFUSAL_INSERT = text(
    "INSERT INTO refusal (scope_id, op_id, req_sha256, problem, at)"
    " VALUES (:scope_id, :op_id, :req_sha256, :problem, :at) ON CONFLICT DO NOTHING"
)
RECEIPT_OF = text(
    "SELECT receipt FROM decision WHERE scope_id = :scope_id AND op_id = :op_id AND officer_id = :officer_id"
    " AND req_sha256 = :req_sha256"
)
# Nobody but who made a decision can repeat it to the letter, its random ``op_id`` included.
REFUSAL_OF = text(
    "SELECT problem FROM refusal"
    " WHERE scope_id = :scope_id AND op_id IN (:op_id, :turned_away) AND req_sha256 = :req_sha256"
)
DECISION_BODY = text("SELECT body FROM decision WHERE scope_id = :scope_id AND op_id = :op_id")
DECISION_INSERT = text(
    "INSERT INTO decision (scope_id, op_id, dossier_id, officer_id, device_id, dseq, base_version, verdict, body,"
    " req_sha256, receipt, received_at)"
    " VALUES (:scope_id, :op_id, :dossier_id, :officer_id, :device_id, :dseq, :base_version, :verdict, :body,"
    " :req_sha256, :receipt, :received_at)"
)
_LEDGER = (
    "SELECT COUNT(dseq) AS count, COALESCE(MAX(dseq), 0) AS last FROM decision"
    " WHERE scope_id = :scope_id AND device_id = :device_id"
)
LEDGER = text(_LEDGER)
_OF_OFFICER = " AND officer_id = :officer_id"
LEDGER_OF = text(_LEDGER + _OF_OFFICER)
# Each number above ``after`` whose predecessor is missing, with the last one before the gap.
_GAPS = (
    "SELECT before, dseq FROM (SELECT dseq, LAG(dseq, 1, CAST(:after AS BIGINT)) OVER (ORDER BY dseq) AS before"
    " FROM decision WHERE scope_id = :scope_id AND device_id = :device_id AND dseq > :after{more}) AS numbered"
    " WHERE dseq > before + 1 ORDER BY dseq LIMIT :limit"
)
LEDGER_GAPS = text(_GAPS.format(more=""))
LEDGER_GAPS_OF = text(_GAPS.format(more=_OF_OFFICER))

AUDIT_LAST = text("SELECT n, h FROM audit WHERE scope_id = :scope_id ORDER BY n DESC LIMIT 1")
AUDIT_INSERT = text("INSERT INTO audit (scope_id, n, prev, h, body) VALUES (:scope_id, :n, :prev, :h, :body)")

LEASE = text(
    "SELECT officer_id, officer_name, expires_at FROM lease WHERE scope_id = :scope_id AND dossier_id = :dossier_id"
)
# Inserting what may be there and changing it instead is one statement on one server; over several servers it is two.
LEASE_INSERT = text(
    "INSERT INTO lease (scope_id, dossier_id, officer_id, officer_name, expires_at)"
    " VALUES (:scope_id, :dossier_id, :officer_id, :officer_name, :expires_at)"
)
LEASE_DELETE = text("DELETE FROM lease WHERE scope_id = :scope_id AND dossier_id = :dossier_id")
# One that ran out stays, without its time, so that it is known who had the dossier last and did not give it back.
LEASE_END = text("UPDATE lease SET expires_at = :over WHERE scope_id = :scope_id AND dossier_id = :dossier_id")
LEASES_ENDED = text(
    "SELECT scope_id, dossier_id FROM lease WHERE expires_at > :over AND expires_at <= :now"
    " ORDER BY expires_at LIMIT :limit"
)

OUTBOX_PUT = text(
    "INSERT INTO outbox (scope_id, op_id, channel, kind, dossier_id, address, data, state, attempts, next_at, at)"
    " VALUES (:scope_id, :op_id, :channel, :kind, :dossier_id, :address, :data, 'queued', 0, :now, :now)"
)
OUTBOX_REPLACE = text(
    "UPDATE outbox SET state = 'replaced', at = :now WHERE scope_id = :scope_id AND op_id = :op_id"
    " AND channel = :channel AND state <> 'sent'"
)

BLOB_PUT = text(
    "INSERT INTO blob (scope_id, sha256, media_type, size) VALUES (:scope_id, :sha256, :media_type, :size)"
    " ON CONFLICT DO NOTHING"
)
BLOB = text("SELECT media_type, size FROM blob WHERE scope_id = :scope_id AND sha256 = :sha256")

NOTICES_LIKE = text(
    "SELECT sha256 FROM signed_notice WHERE scope_id = :scope_id"
    " AND (sha256 = :sha256 OR (year = :year AND number = :number))"
    " AND NOT (dossier_id = :dossier_id AND form_kind = :form_kind AND op_id = :op_id)"
)
NOTICE_DELETE = text(
    "DELETE FROM signed_notice"
    " WHERE scope_id = :scope_id AND dossier_id = :dossier_id AND form_kind = :form_kind AND op_id = :op_id"
)
NOTICE_INSERT = text(
    "INSERT INTO signed_notice (scope_id, dossier_id, form_kind, op_id, sha256, year, number)"
    " VALUES (:scope_id, :dossier_id, :form_kind, :op_id, :sha256, :year, :number) ON CONFLICT DO NOTHING"
)

EXPIRING = text(
    "SELECT scope_id, id FROM dossier WHERE status = 'pending' AND due_on < :today AND NOT handed_in AND NOT gone"
    " ORDER BY due_on LIMIT :limit"
)
# Whoever has waited longest comes first; a dossier that nobody has asked about again yet is due at once.
REGISTRY_DUE = text(
    "SELECT d.scope_id, d.id, COALESCE(w.asks, 0) AS asks FROM dossier d"
    " LEFT JOIN registry_wait w ON w.scope_id = d.scope_id AND w.dossier_id = d.id"
    " WHERE d.status = 'checking' AND NOT d.gone AND (w.next_at IS NULL OR w.next_at <= :now)"
    " ORDER BY COALESCE(w.next_at, ''), d.declared_on, d.id LIMIT :limit"
)
REGISTRY_WAIT_OVER = text(
    "SELECT d.scope_id, d.id AS dossier_id FROM registry_wait w"
    " JOIN dossier d ON d.scope_id = w.scope_id AND d.id = w.dossier_id"
    " WHERE d.gone OR d.status <> 'checking' LIMIT :limit"
)
REGISTRY_WAIT_FIRST = text(
    "INSERT INTO registry_wait (scope_id, dossier_id, asks, next_at) VALUES (:scope_id, :dossier_id, :asks, :next_at)"
    " ON CONFLICT DO NOTHING"
)
REGISTRY_WAIT_NEXT = text(
    "UPDATE registry_wait SET asks = :asks, next_at = :next_at"
    " WHERE scope_id = :scope_id AND dossier_id = :dossier_id AND asks < :asks"
)
REGISTRY_WAIT_DELETE = text("DELETE FROM registry_wait WHERE scope_id = :scope_id AND dossier_id = :dossier_id")

# The citizens' accounts are the country's, not an office's: one phone, one account, wherever it was asked for.
ACCOUNTS_NEAR = text(
    "SELECT social_code, phone, state, dossier_id FROM account"
    " WHERE social_code = :own OR social_code = :code OR (phone = :phone AND state = 'active')"
)
ACCOUNT_HOLDER = text("SELECT phone, email FROM account WHERE social_code = :own AND state = 'active'")
# Each says whose approval it was, and finds done what the same dossier has done before.
ACCOUNT_CLOSE = text(
    "UPDATE account SET state = 'closed', dossier_id = :dossier_id"
    " WHERE social_code = :own AND (state = 'active' OR dossier_id = :dossier_id)"
)
ACCOUNT_MAKE_ROOM = text("DELETE FROM account WHERE social_code = :code AND state = 'closed'")
ACCOUNT_CHANGE = text(
    "UPDATE account SET social_code = :code, phone = :phone, email = :email, dossier_id = :dossier_id"
    " WHERE state = 'active' AND ((social_code = :code AND dossier_id = :dossier_id) OR (social_code = :own"
    " AND NOT EXISTS (SELECT 1 FROM account done WHERE done.social_code = :code AND done.social_code <> :own"
    " AND done.dossier_id = :dossier_id AND done.state = 'active')))"
)
# A closed account under the code makes room.
ACCOUNT_OPEN = text(
    "INSERT INTO account (social_code, phone, email, state, password_hash, must_change, dossier_id)"
    " VALUES (:code, :phone, :email, 'active', NULL, :must_change, :dossier_id)"
    " ON CONFLICT (social_code) DO UPDATE SET phone = excluded.phone, email = excluded.email, state = 'active',"
    " password_hash = NULL, must_change = excluded.must_change, dossier_id = excluded.dossier_id"
    " WHERE account.state = 'closed' OR account.dossier_id = excluded.dossier_id"
)

# The registry that training plays.
PERSONS = text("SELECT full_name, birth FROM registry_person WHERE social_code = :social_code ORDER BY id")
OUTAGE = text("SELECT asks_left FROM registry_outage WHERE social_code = :social_code")

CALLER = text(
    "SELECT o.id, o.username, o.full_name, o.role, CAST(o.scopes AS TEXT) AS scopes, s.family, s.access_used,"
    " s.id AS session_id FROM session s JOIN officer o ON o.id = s.officer_id"
    " WHERE s.access_sha256 = :access_sha256 AND s.access_until > :now AND NOT s.revoked AND o.active"
)
