-- When somebody last changed a project, a dataset or one of its versions: whoever saves an older state is told.

ALTER TABLE projects ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE datasets ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dataset_versions ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;

UPDATE projects SET updated_at = created_at;
UPDATE datasets SET updated_at = created_at;
UPDATE dataset_versions SET updated_at = created_at;
