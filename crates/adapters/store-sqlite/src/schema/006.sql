-- Older versions name the group of their record: the only records of a subject's groups share their id, so that one's
-- could stand in the place of another's.
CREATE TABLE history_by_group (
    tenant  INTEGER NOT NULL,
    subject BLOB NOT NULL,
    "group" TEXT NOT NULL,
    record  BLOB NOT NULL,
    version INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    sealed  BLOB NOT NULL,
    PRIMARY KEY (tenant, subject, "group", record, version)
) STRICT, WITHOUT ROWID;

-- The group is that of the record with the id which has come further than the version. Where no record has, or several
-- have, nobody can tell whose it was: it goes, rather than be shown as a value of something else. Records are walked once;
-- each looks its own up by the primary key, its id made whole again.
INSERT INTO history_by_group (tenant, subject, "group", record, version, until, sealed)
SELECT h.tenant, h.subject, min(r."group"), h.record, h.version, h.until, h.sealed
FROM records AS r CROSS JOIN history AS h
    ON h.tenant = r.tenant AND h.subject = r.subject AND h.version < r.version
    AND h.record = unhex(substr(hex(r.id) || '00000000000000000000000000000000', 1, 32))
GROUP BY h.tenant, h.subject, h.record, h.version
HAVING count(*) = 1;

DROP TABLE history;
ALTER TABLE history_by_group RENAME TO history;
