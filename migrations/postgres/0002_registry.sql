-- What the product keeps. Every row carries its organization, and the composite foreign keys make a link across
-- organizations impossible. Points of a series are the exception: they are only reached through their series.

CREATE TABLE blobs (
    sha256 TEXT COLLATE "C" PRIMARY KEY,
    size_bytes BIGINT NOT NULL CHECK (size_bytes >= 0),
    path TEXT COLLATE "C" NOT NULL UNIQUE,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('live', 'condemned', 'corrupt')),
    created_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    verified_at BIGINT
);

CREATE TABLE projects (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, name_key)
);

CREATE TABLE datasets (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, name_key)
);

CREATE TABLE dataset_versions (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    dataset_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    item_count BIGINT CHECK (item_count >= 0),
    size_bytes BIGINT CHECK (size_bytes >= 0),
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (dataset_id, name_key),
    FOREIGN KEY (organization_id, dataset_id) REFERENCES datasets (organization_id, id)
);

CREATE TABLE dataset_version_labels (
    organization_id TEXT COLLATE "C" NOT NULL,
    dataset_version_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (dataset_version_id, position),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE models (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    last_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, name_key)
);

CREATE TABLE experiments (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending', 'running', 'succeeded', 'failed', 'aborted')),
    inference_type TEXT COLLATE "C",
    framework TEXT COLLATE "C",
    docker_image TEXT COLLATE "C",
    labels_from TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    deleted_at BIGINT,
    UNIQUE (organization_id, id),
    UNIQUE (project_id, name_key),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

CREATE INDEX experiments_by_project ON experiments (organization_id, project_id, id);

CREATE TABLE experiment_labels (
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (experiment_id, position),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
);

CREATE TABLE experiment_parameters (
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    key TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (experiment_id, position),
    UNIQUE (experiment_id, key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
);

CREATE TABLE experiment_dataset_versions (
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    alias TEXT COLLATE "C" NOT NULL,
    alias_key TEXT COLLATE "C" NOT NULL,
    dataset_version_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (experiment_id, position),
    UNIQUE (experiment_id, alias_key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id)
);

CREATE INDEX experiment_dataset_versions_by_dataset_version ON experiment_dataset_versions (organization_id, dataset_version_id);

CREATE TABLE metric_series (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    last_step BIGINT NOT NULL,
    last_time BIGINT NOT NULL,
    last_value DOUBLE PRECISION NOT NULL,
    last_kind BIGINT NOT NULL,
    min_value DOUBLE PRECISION,
    max_value DOUBLE PRECISION,
    UNIQUE (experiment_id, key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
);

CREATE TABLE metric_points (
    series_id BIGINT NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    step BIGINT NOT NULL,
    time BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    kind BIGINT NOT NULL,
    PRIMARY KEY (series_id, seq)
);

CREATE TABLE experiment_logs (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('image', 'table')),
    content_type TEXT COLLATE "C",
    blob_sha256 TEXT COLLATE "C" REFERENCES blobs (sha256),
    size_bytes BIGINT,
    content TEXT COLLATE "C",
    logged_at BIGINT NOT NULL,
    UNIQUE (experiment_id, kind, key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
);

CREATE TABLE artifacts (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    blob_sha256 TEXT COLLATE "C" NOT NULL REFERENCES blobs (sha256),
    size_bytes BIGINT NOT NULL,
    content_type TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    UNIQUE (experiment_id, name),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
);

CREATE INDEX artifacts_by_blob ON artifacts (blob_sha256);

CREATE TABLE model_versions (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    model_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    inference_type TEXT COLLATE "C",
    framework TEXT COLLATE "C",
    docker_image TEXT COLLATE "C",
    source_experiment_id TEXT COLLATE "C",
    source_facts TEXT COLLATE "C",
    base_model_version_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    sealed_at BIGINT,
    UNIQUE (organization_id, id),
    UNIQUE (model_id, number),
    UNIQUE (model_id, name_key),
    FOREIGN KEY (organization_id, model_id) REFERENCES models (organization_id, id),
    FOREIGN KEY (organization_id, source_experiment_id) REFERENCES experiments (organization_id, id),
    FOREIGN KEY (organization_id, base_model_version_id) REFERENCES model_versions (organization_id, id)
);

CREATE INDEX model_versions_by_source ON model_versions (organization_id, source_experiment_id);

CREATE TABLE model_files (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    model_version_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    blob_sha256 TEXT COLLATE "C" NOT NULL REFERENCES blobs (sha256),
    size_bytes BIGINT NOT NULL,
    content_type TEXT COLLATE "C" NOT NULL,
    is_inherited BIGINT NOT NULL CHECK (is_inherited IN (0, 1)),
    created_at BIGINT NOT NULL,
    UNIQUE (model_version_id, name),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
);

CREATE INDEX model_files_by_blob ON model_files (blob_sha256);

-- Revision 0 is the inherited map, kept for good; edits are later revisions.
CREATE TABLE label_map_revisions (
    organization_id TEXT COLLATE "C" NOT NULL,
    model_version_id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 0),
    labels TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (model_version_id, revision),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
);

CREATE TABLE model_version_parameters (
    organization_id TEXT COLLATE "C" NOT NULL,
    model_version_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    key TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (model_version_id, position),
    UNIQUE (model_version_id, key),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
);

-- The names are frozen beside the link, so that they can be told when a source is renamed.
CREATE TABLE model_version_dataset_versions (
    organization_id TEXT COLLATE "C" NOT NULL,
    model_version_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    alias TEXT COLLATE "C" NOT NULL,
    dataset_version_id TEXT COLLATE "C" NOT NULL,
    dataset_name TEXT COLLATE "C" NOT NULL,
    dataset_version_name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (model_version_id, position),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id)
);

CREATE INDEX model_version_dataset_versions_by_dataset_version ON model_version_dataset_versions (organization_id, dataset_version_id);

CREATE TABLE model_version_metrics (
    organization_id TEXT COLLATE "C" NOT NULL,
    model_version_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    last_step BIGINT NOT NULL,
    last_time BIGINT NOT NULL,
    last_value DOUBLE PRECISION NOT NULL,
    last_kind BIGINT NOT NULL,
    min_value DOUBLE PRECISION,
    max_value DOUBLE PRECISION,
    PRIMARY KEY (model_version_id, key),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
);

-- Experiments and model versions refer to each other, and SQLite cannot add a constraint to a table that exists: so the
-- link from an experiment to its base architecture is a table of its own.
CREATE TABLE experiment_bases (
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" PRIMARY KEY,
    model_version_id TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id),
    FOREIGN KEY (organization_id, model_version_id) REFERENCES model_versions (organization_id, id)
);

CREATE INDEX experiment_bases_by_model_version ON experiment_bases (organization_id, model_version_id);
