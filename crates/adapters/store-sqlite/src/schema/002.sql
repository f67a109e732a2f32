-- When retention looks at a subject next: one row for each that some keep rule may end for. What is due is
-- reckoned anew when it is looked at, so a row may be too early, never too late.
CREATE TABLE due (
    tenant  INTEGER NOT NULL,
    subject BLOB NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_by_instant ON due (tenant, at, subject);

-- Whoever was there before is looked at once.
INSERT INTO due (tenant, subject, at) SELECT tenant, id, 0 FROM subjects WHERE state <> 3;
