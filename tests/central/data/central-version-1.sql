BEGIN TRANSACTION;
CREATE TABLE account (
	social_code VARCHAR(12) NOT NULL,
	phone VARCHAR(16) NOT NULL,
	email TEXT,
	state VARCHAR(8) NOT NULL,
	password_hash TEXT,
	must_change BOOLEAN NOT NULL,
	PRIMARY KEY (social_code)
);
CREATE TABLE audit (
	scope_id VARCHAR(16) NOT NULL,
	n BIGINT NOT NULL,
	prev VARCHAR(64) NOT NULL,
	h VARCHAR(64) NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (scope_id, n)
);
CREATE TABLE blob (
	scope_id VARCHAR(16) NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	media_type VARCHAR(32) NOT NULL,
	size INTEGER NOT NULL,
	PRIMARY KEY (scope_id, sha256)
);
CREATE TABLE decision (
	scope_id VARCHAR(16) NOT NULL,
	op_id VARCHAR(36) NOT NULL,
	dossier_id VARCHAR(64) NOT NULL,
	officer_id VARCHAR(64) NOT NULL,
	device_id VARCHAR(64),
	dseq BIGINT,
	base_version INTEGER NOT NULL,
	verdict VARCHAR(16) NOT NULL,
	body TEXT NOT NULL,
	req_sha256 VARCHAR(64) NOT NULL,
	receipt TEXT NOT NULL,
	received_at VARCHAR(27) NOT NULL,
	PRIMARY KEY (scope_id, op_id),
	UNIQUE (scope_id, device_id, dseq)
);
CREATE TABLE dossier (
	scope_id VARCHAR(16) NOT NULL,
	id VARCHAR(64) NOT NULL,
	seq BIGINT NOT NULL,
	version INTEGER NOT NULL,
	status VARCHAR(24) NOT NULL,
	doc TEXT NOT NULL,
	gone BOOLEAN NOT NULL,
	why VARCHAR(24),
	declared_on VARCHAR(10) NOT NULL,
	due_on VARCHAR(10) NOT NULL,
	handed_in BOOLEAN NOT NULL,
	social_code TEXT NOT NULL,
	PRIMARY KEY (scope_id, id),
	UNIQUE (scope_id, seq)
);
CREATE TABLE lease (
	scope_id VARCHAR(16) NOT NULL,
	dossier_id VARCHAR(64) NOT NULL,
	officer_id VARCHAR(64) NOT NULL,
	officer_name TEXT NOT NULL,
	expires_at VARCHAR(27) NOT NULL,
	PRIMARY KEY (scope_id, dossier_id)
);
CREATE TABLE login_attempt (
	name_sha256 VARCHAR(64) NOT NULL,
	tries INTEGER NOT NULL,
	last_at VARCHAR(27) NOT NULL,
	locked_until VARCHAR(27),
	PRIMARY KEY (name_sha256)
);
CREATE TABLE office (
	scope_id VARCHAR(16) NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (scope_id)
);
INSERT INTO "office" VALUES('07906','BHXH cơ sở Đống Đa');
CREATE TABLE officer (
	id VARCHAR(64) NOT NULL,
	username VARCHAR(64) NOT NULL,
	full_name TEXT NOT NULL,
	role VARCHAR(16) NOT NULL,
	scopes JSON NOT NULL,
	password_hash TEXT NOT NULL,
	active BOOLEAN NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (username)
);
CREATE TABLE outbox (
	scope_id VARCHAR(16) NOT NULL,
	op_id VARCHAR(36) NOT NULL,
	channel VARCHAR(8) NOT NULL,
	kind VARCHAR(24) NOT NULL,
	dossier_id VARCHAR(64) NOT NULL,
	address TEXT NOT NULL,
	data JSON NOT NULL,
	state VARCHAR(8) NOT NULL,
	attempts INTEGER NOT NULL,
	next_at VARCHAR(27) NOT NULL,
	at VARCHAR(27) NOT NULL,
	PRIMARY KEY (scope_id, op_id, channel)
);
CREATE TABLE registry_outage (
	social_code VARCHAR(12) NOT NULL,
	asks_left INTEGER NOT NULL,
	PRIMARY KEY (social_code)
);
CREATE TABLE registry_person (
	id INTEGER NOT NULL,
	social_code VARCHAR(12) NOT NULL,
	full_name TEXT NOT NULL,
	folded TEXT NOT NULL,
	birth VARCHAR(10) NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE registry_wait (
	scope_id VARCHAR(16) NOT NULL,
	dossier_id VARCHAR(64) NOT NULL,
	asks INTEGER NOT NULL,
	next_at VARCHAR(27) NOT NULL,
	PRIMARY KEY (scope_id, dossier_id)
);
CREATE TABLE schema_version (
	id INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO "schema_version" VALUES(1,1);
CREATE TABLE scope (
	scope_id VARCHAR(16) NOT NULL,
	epoch_ref VARCHAR(36) NOT NULL,
	last_seq BIGINT NOT NULL,
	live_count BIGINT NOT NULL,
	digest VARCHAR(32) NOT NULL,
	PRIMARY KEY (scope_id)
);
CREATE TABLE server_state (
	id INTEGER NOT NULL,
	epoch VARCHAR(36) NOT NULL,
	cursor_secret VARCHAR(64) NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO "server_state" VALUES(1,'75ffabeb-6c8a-42a3-b239-d0b1a3d4a7dd','c869e742089eef2d3eeb068ea4d4a962e77cd2566b74f1005f145d9862bf04ba');
CREATE TABLE session (
	id VARCHAR(36) NOT NULL,
	family VARCHAR(36) NOT NULL,
	officer_id VARCHAR(64) NOT NULL,
	device_id VARCHAR(64) NOT NULL,
	access_sha256 VARCHAR(64) NOT NULL,
	access_until VARCHAR(27) NOT NULL,
	refresh_sha256 VARCHAR(64) NOT NULL,
	refresh_until VARCHAR(27) NOT NULL,
	refresh_used BOOLEAN NOT NULL,
	used_at VARCHAR(27),
	repeated BOOLEAN NOT NULL,
	access_used BOOLEAN NOT NULL,
	"after" VARCHAR(36),
	revoked BOOLEAN NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (access_sha256),
	UNIQUE (refresh_sha256)
);
CREATE INDEX dossier_by_status ON dossier (status, declared_on);
CREATE INDEX decision_by_dossier ON decision (scope_id, dossier_id);
CREATE INDEX outbox_due ON outbox (state, next_at);
CREATE INDEX lease_by_end ON lease (expires_at);
CREATE INDEX ix_session_officer_id ON session (officer_id);
CREATE INDEX ix_session_after ON session ("after");
CREATE INDEX ix_session_family ON session (family);
CREATE INDEX ix_session_refresh_until ON session (refresh_until);
CREATE UNIQUE INDEX account_active_phone ON account (phone) WHERE state = 'active';
CREATE INDEX ix_registry_person_social_code ON registry_person (social_code);
COMMIT;
