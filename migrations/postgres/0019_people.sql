-- People, service accounts, invitations; what a token may do; sessions that can be listed and ended.

CREATE TABLE passwords (
    user_id TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id),
    hash TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL
);

INSERT INTO passwords (user_id, hash, changed_at) SELECT id, password_hash, created_at FROM users;
ALTER TABLE users DROP COLUMN password_hash;
ALTER TABLE users ADD COLUMN name TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN is_service BIGINT NOT NULL DEFAULT 0 CHECK (is_service IN (0, 1));

ALTER TABLE memberships ADD COLUMN deactivated_at BIGINT;
CREATE INDEX memberships_by_user ON memberships (user_id);

-- In these projects the role is at most this one; `none` hides the project.
CREATE TABLE project_roles (
    organization_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('none', 'viewer')),
    PRIMARY KEY (organization_id, user_id, project_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);

ALTER TABLE tokens ADD COLUMN scopes TEXT COLLATE "C" NOT NULL DEFAULT 'read,write,export,admin';
ALTER TABLE tokens ADD COLUMN project_id TEXT COLLATE "C" REFERENCES projects (id);
CREATE INDEX tokens_by_member ON tokens (organization_id, user_id);

-- Everybody signs in once more: sessions have ids and places now.
DROP TABLE sessions;
CREATE TABLE sessions (
    id TEXT COLLATE "C" PRIMARY KEY,
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    organization_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    browser TEXT COLLATE "C" NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Whom an identity provider knows under which name.
CREATE TABLE identities (
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE TABLE invitations (
    id TEXT COLLATE "C" PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    email TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('viewer', 'editor', 'owner')),
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_by_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitations_by_organization ON invitations (organization_id, id);

CREATE TABLE password_resets (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    -- The owner who handed it out; nothing when it was asked for by mail or made by the operator.
    created_by_id TEXT COLLATE "C" REFERENCES users (id),
    expires_at BIGINT NOT NULL
);

-- At most one: the secret with which the first visitor sets the server up.
CREATE TABLE set_up_secrets (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    token_hash TEXT COLLATE "C" NOT NULL
);
