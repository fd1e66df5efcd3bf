-- Bytes that were sent before they have a name. What they are for may be gone before they are swept away, so nothing refers to it.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('artifact', 'log_image', 'log_file', 'model_file', 'thumbnail')),
    experiment_id TEXT,
    model_version_id TEXT,
    file_name TEXT NOT NULL,
    blob_sha256 TEXT REFERENCES blobs (sha256),
    size_bytes INTEGER,
    -- The current attempt to send it in parts.
    parts_id TEXT,
    -- The attempt that its bytes came from.
    completed_id TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    touched_at INTEGER NOT NULL,
    UNIQUE (organization_id, id)
) STRICT;
CREATE INDEX uploads_by_age ON uploads (touched_at);

CREATE TABLE upload_parts (
    organization_id TEXT NOT NULL,
    upload_id TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (upload_id, number),
    FOREIGN KEY (organization_id, upload_id) REFERENCES uploads (organization_id, id)
) STRICT;

-- The name that the file had where it came from, when it is another than the artifact's.
ALTER TABLE artifacts ADD COLUMN file_name TEXT;
ALTER TABLE artifacts ADD COLUMN upload_id TEXT;
ALTER TABLE model_files ADD COLUMN file_name TEXT;
ALTER TABLE model_files ADD COLUMN upload_id TEXT;

-- Everything that a training printed, as one file.
CREATE TABLE console_files (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    blob_sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    size_bytes INTEGER NOT NULL,
    upload_id TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;
