-- Bytes that were sent before they have a name. What they are for may be gone before they are swept away, so nothing refers to it.
CREATE TABLE uploads (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('artifact', 'log_image', 'log_file', 'model_file', 'thumbnail')),
    experiment_id TEXT COLLATE "C",
    model_version_id TEXT COLLATE "C",
    file_name TEXT COLLATE "C" NOT NULL,
    blob_sha256 TEXT COLLATE "C" REFERENCES blobs (sha256),
    size_bytes BIGINT,
    -- The current attempt to send it in parts.
    parts_id TEXT COLLATE "C",
    -- The attempt that its bytes came from.
    completed_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    touched_at BIGINT NOT NULL,
    UNIQUE (organization_id, id)
);
CREATE INDEX uploads_by_age ON uploads (touched_at);

CREATE TABLE upload_parts (
    organization_id TEXT COLLATE "C" NOT NULL,
    upload_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    sha256 TEXT COLLATE "C" NOT NULL,
    size_bytes BIGINT NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (upload_id, number),
    FOREIGN KEY (organization_id, upload_id) REFERENCES uploads (organization_id, id)
);

-- The name that the file had where it came from, when it is another than the artifact's.
ALTER TABLE artifacts ADD COLUMN file_name TEXT COLLATE "C";
ALTER TABLE artifacts ADD COLUMN upload_id TEXT COLLATE "C";
ALTER TABLE model_files ADD COLUMN file_name TEXT COLLATE "C";
ALTER TABLE model_files ADD COLUMN upload_id TEXT COLLATE "C";

-- Everything that a training printed, as one file.
CREATE TABLE console_files (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" NOT NULL UNIQUE,
    file_name TEXT COLLATE "C" NOT NULL,
    blob_sha256 TEXT COLLATE "C" NOT NULL REFERENCES blobs (sha256),
    size_bytes BIGINT NOT NULL,
    upload_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
);
