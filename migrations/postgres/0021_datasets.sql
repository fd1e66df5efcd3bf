-- Labels of datasets with ids, counts and groups; versions that are locked; what an export froze of the counts.

ALTER TABLE dataset_versions ADD COLUMN locked_at BIGINT;

ALTER TABLE model_version_dataset_versions ADD COLUMN label_counts TEXT COLLATE "C" NOT NULL DEFAULT '{}';

-- A parent is a group of the same version.
CREATE TABLE dataset_version_label_groups (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    dataset_version_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    parent_id TEXT COLLATE "C",
    UNIQUE (dataset_version_id, id),
    UNIQUE (dataset_version_id, name_key),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id),
    FOREIGN KEY (dataset_version_id, parent_id) REFERENCES dataset_version_label_groups (dataset_version_id, id)
);

ALTER TABLE dataset_version_labels ADD COLUMN id TEXT COLLATE "C";
ALTER TABLE dataset_version_labels ADD COLUMN object_count BIGINT CHECK (object_count >= 0);
ALTER TABLE dataset_version_labels ADD COLUMN group_id TEXT COLLATE "C";

UPDATE dataset_version_labels SET id = CAST(gen_random_uuid() AS TEXT);

ALTER TABLE dataset_version_labels DROP CONSTRAINT dataset_version_labels_pkey;
ALTER TABLE dataset_version_labels
    ADD PRIMARY KEY (id),
    ADD UNIQUE (dataset_version_id, position),
    ADD UNIQUE (dataset_version_id, name),
    ADD FOREIGN KEY (dataset_version_id, group_id) REFERENCES dataset_version_label_groups (dataset_version_id, id);

CREATE INDEX dataset_version_labels_by_group ON dataset_version_labels (group_id);
CREATE INDEX dataset_version_label_groups_by_parent ON dataset_version_label_groups (parent_id);
