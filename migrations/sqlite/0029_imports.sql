-- Which object here an object of another server became, so that bringing it over again finds it.
CREATE TABLE imported_objects (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The organization there, and the id that the object has in it.
    source_organization_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('dataset', 'dataset_version', 'project', 'experiment', 'model', 'model_version')),
    source_id TEXT NOT NULL,
    local_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, source_organization_id, kind, source_id)
) STRICT;
