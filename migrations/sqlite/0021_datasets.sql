-- Labels of datasets with ids, counts and groups; versions that are locked; what an export froze of the counts.

ALTER TABLE dataset_versions ADD COLUMN locked_at INTEGER;

ALTER TABLE model_version_dataset_versions ADD COLUMN label_counts TEXT NOT NULL DEFAULT '{}';

-- A parent is a group of the same version.
CREATE TABLE dataset_version_label_groups (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    dataset_version_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    parent_id TEXT,
    UNIQUE (dataset_version_id, id),
    UNIQUE (dataset_version_id, name_key),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id),
    FOREIGN KEY (dataset_version_id, parent_id) REFERENCES dataset_version_label_groups (dataset_version_id, id)
) STRICT;

CREATE TABLE dataset_version_labels_with_ids (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    dataset_version_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    object_count INTEGER CHECK (object_count >= 0),
    group_id TEXT,
    UNIQUE (dataset_version_id, position),
    UNIQUE (dataset_version_id, name),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id),
    FOREIGN KEY (dataset_version_id, group_id) REFERENCES dataset_version_label_groups (dataset_version_id, id)
) STRICT;

-- UUIDs of version 4 (RFC 9562).
INSERT INTO dataset_version_labels_with_ids (id, organization_id, dataset_version_id, position, name)
SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
             || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
       organization_id, dataset_version_id, position, name
FROM dataset_version_labels;

DROP TABLE dataset_version_labels;
ALTER TABLE dataset_version_labels_with_ids RENAME TO dataset_version_labels;

CREATE INDEX dataset_version_labels_by_group ON dataset_version_labels (group_id);
CREATE INDEX dataset_version_label_groups_by_parent ON dataset_version_label_groups (parent_id);
