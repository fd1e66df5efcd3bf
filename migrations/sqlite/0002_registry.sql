-- What the product keeps. Every row carries its organization, and the composite foreign keys make a link across
-- organizations impossible. Points of a series are the exception: they are only reached through their series.

CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    path TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('live', 'condemned', 'corrupt')),
    created_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    verified_at INTEGER
) STRICT;

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, name_key)
) STRICT;

CREATE TABLE datasets (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, name_key)
) STRICT;

CREATE TABLE dataset_versions (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    dataset_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL,
    item_count INTEGER CHECK (item_count >= 0),
    size_bytes INTEGER CHECK (size_bytes >= 0),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (dataset_id, name_key),
    FOREIGN KEY (organization_id, dataset_id) REFERENCES datasets (organization_id, id)
) STRICT;

CREATE TABLE dataset_version_labels (
    organization_id TEXT NOT NULL,
    dataset_version_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    PRIMARY KEY (dataset_version_id, position),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE models (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    last_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, name_key)
) STRICT;

CREATE TABLE experiments (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'succeeded', 'failed', 'aborted')),
    inference_type TEXT,
    framework TEXT,
    docker_image TEXT,
    labels_from TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    deleted_at INTEGER,
    UNIQUE (organization_id, id),
    UNIQUE (project_id, name_key),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT;

CREATE INDEX experiments_by_project ON experiments (organization_id, project_id, id);

CREATE TABLE experiment_labels (
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    PRIMARY KEY (experiment_id, position),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;

CREATE TABLE experiment_parameters (
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (experiment_id, position),
    UNIQUE (experiment_id, key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;

CREATE TABLE experiment_dataset_versions (
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    alias TEXT NOT NULL,
    alias_key TEXT NOT NULL,
    dataset_version_id TEXT NOT NULL,
    PRIMARY KEY (experiment_id, position),
    UNIQUE (experiment_id, alias_key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id)
) STRICT;

CREATE INDEX experiment_dataset_versions_by_dataset_version ON experiment_dataset_versions (organization_id, dataset_version_id);

CREATE TABLE metric_series (
    id INTEGER PRIMARY KEY,
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    key TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    last_value REAL NOT NULL,
    last_kind INTEGER NOT NULL,
    min_value REAL,
    max_value REAL,
    UNIQUE (experiment_id, key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;

CREATE TABLE metric_points (
    series_id INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    step INTEGER NOT NULL,
    time INTEGER NOT NULL,
    value REAL NOT NULL,
    kind INTEGER NOT NULL,
    PRIMARY KEY (series_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE experiment_logs (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'table')),
    content_type TEXT,
    blob_sha256 TEXT REFERENCES blobs (sha256),
    size_bytes INTEGER,
    content TEXT,
    logged_at INTEGER NOT NULL,
    UNIQUE (experiment_id, kind, key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;

CREATE TABLE artifacts (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    name TEXT NOT NULL,
    blob_sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    size_bytes INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (experiment_id, name),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;

CREATE INDEX artifacts_by_blob ON artifacts (blob_sha256);

CREATE TABLE model_versions (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    inference_type TEXT,
    framework TEXT,
    docker_image TEXT,
    source_experiment_id TEXT,
    source_facts TEXT,
    base_model_version_id TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    sealed_at INTEGER,
    UNIQUE (organization_id, id),
    UNIQUE (model_id, number),
    UNIQUE (model_id, name_key),
    FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id),
    FOREIGN KEY (organization_id, source_experiment_id) REFERENCES experiments (organization_id, id),
    FOREIGN KEY (organization_id, base_model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

CREATE INDEX model_versions_by_source ON model_versions (organization_id, source_experiment_id);

CREATE TABLE model_files (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    model_version_id TEXT NOT NULL,
    name TEXT NOT NULL,
    blob_sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    size_bytes INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    is_inherited INTEGER NOT NULL CHECK (is_inherited IN (0, 1)),
    created_at INTEGER NOT NULL,
    UNIQUE (model_version_id, name),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

CREATE INDEX model_files_by_blob ON model_files (blob_sha256);

-- Revision 0 is the inherited map, kept for good; edits are later revisions.
CREATE TABLE label_map_revisions (
    organization_id TEXT NOT NULL,
    model_version_id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 0),
    labels TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (model_version_id, revision),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

CREATE TABLE model_version_parameters (
    organization_id TEXT NOT NULL,
    model_version_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (model_version_id, position),
    UNIQUE (model_version_id, key),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

-- The names are frozen beside the link, so that they can be told when a source is renamed.
CREATE TABLE model_version_dataset_versions (
    organization_id TEXT NOT NULL,
    model_version_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    alias TEXT NOT NULL,
    dataset_version_id TEXT NOT NULL,
    dataset_name TEXT NOT NULL,
    dataset_version_name TEXT NOT NULL,
    PRIMARY KEY (model_version_id, position),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id)
) STRICT;

CREATE INDEX model_version_dataset_versions_by_dataset_version ON model_version_dataset_versions (organization_id, dataset_version_id);

CREATE TABLE model_version_metrics (
    organization_id TEXT NOT NULL,
    model_version_id TEXT NOT NULL,
    key TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    last_value REAL NOT NULL,
    last_kind INTEGER NOT NULL,
    min_value REAL,
    max_value REAL,
    PRIMARY KEY (model_version_id, key),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

-- Experiments and model versions refer to each other, and SQLite cannot add a constraint to a table that exists: so the
-- link from an experiment to its base architecture is a table of its own.
CREATE TABLE experiment_bases (
    organization_id TEXT NOT NULL,
    experiment_id TEXT PRIMARY KEY,
    model_version_id TEXT NOT NULL,
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
) STRICT;

CREATE INDEX experiment_bases_by_model_version ON experiment_bases (organization_id, model_version_id);
