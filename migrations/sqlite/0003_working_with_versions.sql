-- What people do with experiments and versions after they exist: tags, aliases, notes, archiving, added files; what a
-- training printed; and the labels of versions as rows, so that they can be searched.

ALTER TABLE experiments ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE experiments ADD COLUMN archived_at INTEGER;
ALTER TABLE models ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN archived_at INTEGER;
ALTER TABLE model_versions ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE model_versions ADD COLUMN archived_at INTEGER;
ALTER TABLE model_versions ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_files ADD COLUMN created_by TEXT NOT NULL DEFAULT '';

UPDATE model_versions SET updated_at = created_at;

CREATE TABLE experiment_tags (
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    PRIMARY KEY (experiment_id, tag_key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;

CREATE INDEX experiment_tags_by_tag ON experiment_tags (organization_id, tag_key);

CREATE TABLE model_tags (
    organization_id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    PRIMARY KEY (model_id, tag_key),
    FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id)
) STRICT;

CREATE INDEX model_tags_by_tag ON model_tags (organization_id, tag_key);

CREATE TABLE model_version_tags (
    organization_id TEXT NOT NULL,
    model_version_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    PRIMARY KEY (model_version_id, tag_key),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

CREATE INDEX model_version_tags_by_tag ON model_version_tags (organization_id, tag_key);

-- An alias points to one version of its model at a time.
CREATE TABLE model_aliases (
    organization_id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    alias TEXT NOT NULL,
    alias_key TEXT NOT NULL,
    model_version_id TEXT NOT NULL,
    PRIMARY KEY (model_id, alias_key),
    FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

CREATE INDEX model_aliases_by_version ON model_aliases (organization_id, model_version_id);

-- The newest revision of each label map, as rows.
CREATE TABLE model_version_labels (
    organization_id TEXT NOT NULL,
    model_version_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (model_version_id, position),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

CREATE INDEX model_version_labels_by_name ON model_version_labels (organization_id, name_key);

INSERT INTO model_version_labels (organization_id, model_version_id, position, name, name_key)
SELECT label_map_revisions.organization_id, label_map_revisions.model_version_id, json_each.key, json_each.value, lower(json_each.value)
FROM label_map_revisions, json_each(label_map_revisions.labels)
WHERE label_map_revisions.revision = 0;

CREATE TABLE console_lines (
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq >= 0),
    at INTEGER NOT NULL,
    stream TEXT NOT NULL CHECK (stream IN ('stdout', 'stderr')),
    text TEXT NOT NULL,
    PRIMARY KEY (experiment_id, seq),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;

CREATE INDEX model_versions_by_base ON model_versions (organization_id, base_model_version_id);
