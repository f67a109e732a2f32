-- The first schema. Every table begins with the tenant's number, the distribution key; ids are
-- 16-byte blobs, instants milliseconds since 1970, digests 32-byte blobs.

-- Tenants are 16 random bytes outside and a small number inside, to keep every other row short.
CREATE TABLE tenant_numbers (
    number INTEGER PRIMARY KEY,
    id     BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE tenants (
    tenant       INTEGER PRIMARY KEY,
    slug         TEXT NOT NULL UNIQUE,
    title        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    wrapped_keys BLOB NOT NULL,     -- a list: each key after its length in four bytes
    verifier_key TEXT NOT NULL,
    settings     TEXT NOT NULL
) STRICT;

CREATE TABLE policies (
    tenant       INTEGER NOT NULL,
    effective_at INTEGER NOT NULL,
    digest       BLOB NOT NULL,
    put_at       INTEGER NOT NULL,
    sources      BLOB NOT NULL,     -- a list: path, text, path, text, …
    PRIMARY KEY (tenant, effective_at, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE subjects (
    tenant       INTEGER NOT NULL,
    id           BLOB NOT NULL,
    reference    BLOB,
    version      INTEGER NOT NULL,
    state        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    erased_entry INTEGER,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE blind_indexes (
    tenant  INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    subject BLOB NOT NULL,
    PRIMARY KEY (tenant, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX blind_indexes_of_subject ON blind_indexes (tenant, subject);

CREATE TABLE events (
    tenant   INTEGER NOT NULL,
    subject  BLOB NOT NULL,
    version  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    purpose  TEXT,
    detail   TEXT NOT NULL,
    standing BLOB NOT NULL,
    entry    INTEGER NOT NULL,
    PRIMARY KEY (tenant, subject, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
    tenant     INTEGER NOT NULL,
    subject    BLOB NOT NULL,
    "group"    TEXT NOT NULL,
    id         BLOB NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    closed_at  INTEGER,
    sealed     BLOB NOT NULL,
    PRIMARY KEY (tenant, subject, "group", id)
) STRICT, WITHOUT ROWID;
-- Keep rules walk one group over all subjects.
CREATE INDEX records_of_group ON records (tenant, "group", subject, id);

CREATE TABLE history (
    tenant  INTEGER NOT NULL,
    subject BLOB NOT NULL,
    record  BLOB NOT NULL,
    version INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    sealed  BLOB NOT NULL,
    PRIMARY KEY (tenant, subject, record, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE subject_keys (
    tenant  INTEGER NOT NULL,
    subject BLOB NOT NULL,
    class   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (tenant, subject, class, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    tenant      INTEGER NOT NULL,
    id          BLOB NOT NULL,
    subject     BLOB NOT NULL,
    version     INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    closed_at   INTEGER,
    detail      TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_of_subject ON requests (tenant, subject, id);

CREATE TABLE holds (
    tenant    INTEGER NOT NULL,
    subject   BLOB NOT NULL,
    id        BLOB NOT NULL,
    ground    TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    until     INTEGER,
    PRIMARY KEY (tenant, subject, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    tenant      INTEGER NOT NULL,
    id          BLOB NOT NULL,
    secret_hash BLOB NOT NULL,
    label       TEXT NOT NULL,
    bounds      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    revoked_at  INTEGER,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
-- A key arrives without its tenant.
CREATE UNIQUE INDEX api_keys_by_id ON api_keys (id);

CREATE TABLE idempotency (
    tenant     INTEGER NOT NULL,
    key        BLOB NOT NULL,
    request    BLOB NOT NULL,
    answer     BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_expiry ON idempotency (tenant, expires_at);

CREATE TABLE texts (
    tenant   INTEGER NOT NULL,
    digest   BLOB NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (tenant, digest)
) STRICT, WITHOUT ROWID;

-- Unfinished jobs only.
CREATE TABLE jobs (
    tenant       INTEGER NOT NULL,
    id           BLOB NOT NULL,
    kind         TEXT NOT NULL,
    unique_key   TEXT NOT NULL,
    payload      TEXT NOT NULL,
    run_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    leased_until INTEGER,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX jobs_by_unique_key ON jobs (tenant, unique_key);
-- Workers take jobs of every tenant.
CREATE INDEX jobs_by_run_at ON jobs (run_at, id);

CREATE TABLE checkpoints (
    tenant    INTEGER NOT NULL,
    size      INTEGER NOT NULL,
    signed_at INTEGER NOT NULL,
    note      TEXT NOT NULL,
    PRIMARY KEY (tenant, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries_of_subject (
    tenant    INTEGER NOT NULL,
    reference BLOB NOT NULL,
    entry     INTEGER NOT NULL,
    PRIMARY KEY (tenant, reference, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledgers (
    tenant     INTEGER PRIMARY KEY,
    size       INTEGER NOT NULL DEFAULT 0,
    indexed_to INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Full tiles, and the partial ones above level 0. The partial tile of level 0 is in ledger_tail.
CREATE TABLE tiles (
    tenant   INTEGER NOT NULL,
    level    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hashes   BLOB NOT NULL,
    PRIMARY KEY (tenant, level, position)
) STRICT, WITHOUT ROWID;

-- Full bundles. The partial one is in ledger_tail.
CREATE TABLE bundles (
    tenant   INTEGER NOT NULL,
    position INTEGER NOT NULL,
    entries  BLOB NOT NULL,
    PRIMARY KEY (tenant, position)
) STRICT, WITHOUT ROWID;

-- What each group of units added to the last, partial bundle and tile: their bytes one after the
-- other are the bundle and the tile, so that a small append does not write the whole bundle anew.
CREATE TABLE ledger_tail (
    tenant  INTEGER NOT NULL,
    entry   INTEGER NOT NULL,       -- the first entry of the piece
    hashes  BLOB NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (tenant, entry)
) STRICT, WITHOUT ROWID;
