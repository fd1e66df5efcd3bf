-- Which object here an object of another server became, so that bringing it over again finds it.
CREATE TABLE imported_objects (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The organization there, and the id that the object has in it.
    source_organization_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('dataset', 'dataset_version', 'project', 'experiment', 'model', 'model_version')),
    source_id TEXT NOT NULL,
    local_id TEXT NOT NULL,
    -- Whether the object was here before, by its name: then it is added to, and nothing of it is changed.
    was_here INTEGER NOT NULL CHECK (was_here IN (0, 1)),
    -- When it was changed last as it was brought whole; null while that goes on. If it was changed later, somebody here has changed it.
    settled_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, source_organization_id, kind, source_id)
) STRICT;
CREATE INDEX imported_objects_by_local ON imported_objects (organization_id, kind, local_id);
