-- Secrets of tenants: what they prove themselves with elsewhere, each under a key of its own that goes with its row.
CREATE TABLE secrets (
    tenant    INTEGER NOT NULL,
    name      TEXT NOT NULL,
    id        BLOB NOT NULL,
    purpose   TEXT NOT NULL,
    recipient TEXT NOT NULL,
    put_at    INTEGER NOT NULL,
    wrapped   BLOB NOT NULL,
    sealed    BLOB NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;
