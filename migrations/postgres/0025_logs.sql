-- Logs of every type.
ALTER TABLE experiment_logs DROP CONSTRAINT experiment_logs_kind_check;
ALTER TABLE experiment_logs ADD CONSTRAINT experiment_logs_kind_check CHECK (kind IN ('image', 'table', 'data'));
-- What the content of a `data` log is.
ALTER TABLE experiment_logs ADD COLUMN type TEXT COLLATE "C" CHECK ((type IS NOT NULL) = (kind = 'data'));
-- The name that an image had where it came from.
ALTER TABLE experiment_logs ADD COLUMN file_name TEXT COLLATE "C";

-- Whether the series is one value that is replaced, and not a line that grows.
ALTER TABLE metric_series ADD COLUMN is_single BIGINT NOT NULL DEFAULT 0 CHECK (is_single IN (0, 1));
-- Whether all of its values were written as integers.
ALTER TABLE metric_series ADD COLUMN are_integers BIGINT NOT NULL DEFAULT 0 CHECK (are_integers IN (0, 1));
-- Its id as a log: those from before get UUIDs of version 4 (RFC 9562).
ALTER TABLE metric_series ADD COLUMN log_id TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE metric_series SET log_id = CAST(gen_random_uuid() AS TEXT);
CREATE UNIQUE INDEX metric_series_by_log ON metric_series (log_id);

-- The part of a training that a line belongs to.
ALTER TABLE console_lines ADD COLUMN chapter TEXT COLLATE "C";
