ALTER TABLE experiments DROP CONSTRAINT experiments_status_check;
ALTER TABLE experiments ADD CONSTRAINT experiments_status_check
    CHECK (status IN ('pending', 'running', 'succeeded', 'failed', 'aborted', 'terminated'));

CREATE TABLE experiment_base_experiments (
    organization_id TEXT COLLATE "C" NOT NULL,
    experiment_id TEXT COLLATE "C" PRIMARY KEY,
    base_experiment_id TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id),
    FOREIGN KEY (organization_id, base_experiment_id) REFERENCES experiments (organization_id, id)
);
CREATE INDEX experiment_base_experiments_by_base ON experiment_base_experiments (organization_id, base_experiment_id);

-- Deleted projects stay, because the tombstones of their experiments refer to them.
ALTER TABLE projects ADD COLUMN deleted_at BIGINT;

CREATE TABLE project_dataset_versions (
    organization_id TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C" NOT NULL,
    dataset_version_id TEXT COLLATE "C" NOT NULL,
    attached_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, dataset_version_id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, dataset_version_id) REFERENCES dataset_versions (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX project_dataset_versions_by_dataset_version ON project_dataset_versions (organization_id, dataset_version_id);

ALTER TABLE model_versions ADD COLUMN notebook_url TEXT COLLATE "C";
