-- Every entry continues the one before it in its organization: see src/audit/chain.rs. Entries from before this step have no place
-- in the chain (`seq` is NULL); the head remembers how many they are, and the first link of the chain commits to that number.
ALTER TABLE audit_entries ADD COLUMN seq BIGINT;
ALTER TABLE audit_entries ADD COLUMN previous_hash TEXT COLLATE "C";
ALTER TABLE audit_entries ADD COLUMN hash TEXT COLLATE "C";
-- Where the request came from; nothing on the command line.
ALTER TABLE audit_entries ADD COLUMN address TEXT COLLATE "C";

CREATE UNIQUE INDEX audit_entries_by_seq ON audit_entries (organization_id, seq);
CREATE INDEX audit_entries_by_organization ON audit_entries (organization_id, id);
CREATE INDEX audit_entries_by_kind ON audit_entries (organization_id, object_kind, id);
CREATE INDEX audit_entries_by_action ON audit_entries (organization_id, action, id);

-- The end of each chain. Whoever writes an entry takes this row first, so that entries get their places one after the other.
CREATE TABLE audit_heads (
    organization_id TEXT COLLATE "C" PRIMARY KEY REFERENCES organizations (id),
    seq BIGINT NOT NULL,
    -- Empty until the first entry.
    hash TEXT COLLATE "C" NOT NULL,
    -- How many entries have no place in the chain.
    unchained BIGINT NOT NULL
);

INSERT INTO audit_heads (organization_id, seq, hash, unchained)
SELECT organizations.id, 0, '', (SELECT COUNT(*) FROM audit_entries WHERE audit_entries.organization_id = organizations.id)
FROM organizations;
