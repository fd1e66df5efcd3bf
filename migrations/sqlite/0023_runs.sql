-- SQLite cannot change a CHECK, so the column is made anew.
ALTER TABLE experiments ADD COLUMN status_of_six TEXT NOT NULL DEFAULT 'pending'
    CHECK (status_of_six IN ('pending', 'running', 'succeeded', 'failed', 'aborted', 'terminated'));
UPDATE experiments SET status_of_six = status;
ALTER TABLE experiments DROP COLUMN status;
ALTER TABLE experiments RENAME COLUMN status_of_six TO status;

CREATE TABLE experiment_base_experiments (
    organization_id TEXT NOT NULL,
    experiment_id TEXT PRIMARY KEY,
    base_experiment_id TEXT NOT NULL,
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id),
    FOREIGN KEY (organization_id, base_experiment_id) REFERENCES experiments (organization_id, id)
) STRICT;
CREATE INDEX experiment_base_experiments_by_base ON experiment_base_experiments (organization_id, base_experiment_id);

-- Deleted projects stay, because the tombstones of their experiments refer to them.
ALTER TABLE projects ADD COLUMN deleted_at INTEGER;

CREATE TABLE project_dataset_versions (
    organization_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    dataset_version_id TEXT NOT NULL,
    attached_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, dataset_version_id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX project_dataset_versions_by_dataset_version ON project_dataset_versions (organization_id, dataset_version_id);

ALTER TABLE model_versions ADD COLUMN notebook_url TEXT;
