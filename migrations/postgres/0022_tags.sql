-- Tags as things with ids, which can be renamed and deleted everywhere at once; tags of datasets and their versions.

CREATE TABLE tags (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    target TEXT COLLATE "C" NOT NULL CHECK (target IN ('experiment', 'model', 'model_version', 'dataset', 'dataset_version')),
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (organization_id, target, name_key)
);

CREATE TABLE dataset_tags (
    organization_id TEXT COLLATE "C" NOT NULL,
    dataset_id TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    tag_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (dataset_id, tag_key),
    FOREIGN KEY (organization_id, dataset_id) REFERENCES datasets (organization_id, id)
);

CREATE INDEX dataset_tags_by_tag ON dataset_tags (organization_id, tag_key);

CREATE TABLE dataset_version_tags (
    organization_id TEXT COLLATE "C" NOT NULL,
    dataset_version_id TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    tag_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (dataset_version_id, tag_key),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id)
);

CREATE INDEX dataset_version_tags_by_tag ON dataset_version_tags (organization_id, tag_key);

-- Every tag that is used is defined, under UUIDs of version 4 (RFC 9562) and in one of its spellings.
INSERT INTO tags (id, organization_id, target, name, name_key, created_at)
SELECT CAST(gen_random_uuid() AS TEXT),
       organization_id, target, name, tag_key, CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT)
FROM (
    SELECT organization_id, 'experiment' AS target, MIN(tag) AS name, tag_key FROM experiment_tags GROUP BY organization_id, tag_key
    UNION ALL
    SELECT organization_id, 'model' AS target, MIN(tag) AS name, tag_key FROM model_tags GROUP BY organization_id, tag_key
    UNION ALL
    SELECT organization_id, 'model_version' AS target, MIN(tag) AS name, tag_key FROM model_version_tags GROUP BY organization_id, tag_key
) AS used;
