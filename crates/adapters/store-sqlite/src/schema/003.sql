-- Who was told of a version of the policy, over which channel, and what became of it.
CREATE TABLE notices (
    tenant   INTEGER NOT NULL,
    notice   BLOB NOT NULL,
    channel  INTEGER NOT NULL,
    subject  BLOB NOT NULL,
    state    INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    reason   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, notice, channel, subject)
) STRICT, WITHOUT ROWID;
-- Those to try again, those that cannot be reached, and how many there are of each.
CREATE INDEX notices_by_state ON notices (tenant, notice, channel, state, subject);
-- An erasure takes a subject's along.
CREATE INDEX notices_of_subject ON notices (tenant, subject);
