-- What the front door keeps: sessions, second factors, clients. Each is sealed; what ends stays out of backups.
CREATE TABLE slips (
    tenant     INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    name       BLOB NOT NULL,
    owner      BLOB,                -- the subject with whom it goes
    version    INTEGER NOT NULL,
    expires_at INTEGER,
    sealed     BLOB NOT NULL,
    PRIMARY KEY (tenant, kind, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX slips_by_owner ON slips (tenant, owner, kind, name) WHERE owner IS NOT NULL;
CREATE INDEX slips_by_expiry ON slips (tenant, expires_at) WHERE expires_at IS NOT NULL;
