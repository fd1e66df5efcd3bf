-- Logs of every type. SQLite cannot change a CHECK, and nothing refers to this table, so it is made anew.
CREATE TABLE logs_of_every_type (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'table', 'data')),
    -- What the content of a `data` log is.
    type TEXT CHECK ((type IS NOT NULL) = (kind = 'data')),
    content_type TEXT,
    blob_sha256 TEXT REFERENCES blobs (sha256),
    size_bytes INTEGER,
    -- The name that an image had where it came from.
    file_name TEXT,
    content TEXT,
    logged_at INTEGER NOT NULL,
    UNIQUE (experiment_id, kind, key),
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;
INSERT INTO logs_of_every_type (id, organization_id, experiment_id, key, kind, content_type, blob_sha256, size_bytes, content, logged_at)
SELECT id, organization_id, experiment_id, key, kind, content_type, blob_sha256, size_bytes, content, logged_at FROM experiment_logs;
DROP TABLE experiment_logs;
ALTER TABLE logs_of_every_type RENAME TO experiment_logs;

-- Whether the series is one value that is replaced, and not a line that grows.
ALTER TABLE metric_series ADD COLUMN is_single INTEGER NOT NULL DEFAULT 0 CHECK (is_single IN (0, 1));
-- Whether all of its values were written as integers.
ALTER TABLE metric_series ADD COLUMN are_integers INTEGER NOT NULL DEFAULT 0 CHECK (are_integers IN (0, 1));
-- Its id as a log: those from before get UUIDs of version 4 (RFC 9562).
ALTER TABLE metric_series ADD COLUMN log_id TEXT NOT NULL DEFAULT '';
UPDATE metric_series SET log_id = lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
    || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
CREATE UNIQUE INDEX metric_series_by_log ON metric_series (log_id);

-- The part of a training that a line belongs to.
ALTER TABLE console_lines ADD COLUMN chapter TEXT;
