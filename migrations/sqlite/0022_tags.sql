-- Tags as things with ids, which can be renamed and deleted everywhere at once; tags of datasets and their versions.

CREATE TABLE tags (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    target TEXT NOT NULL CHECK (target IN ('experiment', 'model', 'model_version', 'dataset', 'dataset_version')),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (organization_id, target, name_key)
) STRICT;

CREATE TABLE dataset_tags (
    organization_id TEXT NOT NULL,
    dataset_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    PRIMARY KEY (dataset_id, tag_key),
    FOREIGN KEY (organization_id, dataset_id) REFERENCES datasets (organization_id, id)
) STRICT;

CREATE INDEX dataset_tags_by_tag ON dataset_tags (organization_id, tag_key);

CREATE TABLE dataset_version_tags (
    organization_id TEXT NOT NULL,
    dataset_version_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    PRIMARY KEY (dataset_version_id, tag_key),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id)
) STRICT;

CREATE INDEX dataset_version_tags_by_tag ON dataset_version_tags (organization_id, tag_key);

-- Every tag that is used is defined, under UUIDs of version 4 (RFC 9562) and in one of its spellings.
INSERT INTO tags (id, organization_id, target, name, name_key, created_at)
SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
             || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
       organization_id, target, name, tag_key, unixepoch() * 1000000
FROM (
    SELECT organization_id, 'experiment' AS target, MIN(tag) AS name, tag_key FROM experiment_tags GROUP BY organization_id, tag_key
    UNION ALL
    SELECT organization_id, 'model' AS target, MIN(tag) AS name, tag_key FROM model_tags GROUP BY organization_id, tag_key
    UNION ALL
    SELECT organization_id, 'model_version' AS target, MIN(tag) AS name, tag_key FROM model_version_tags GROUP BY organization_id, tag_key
) AS used;
