ALTER TABLE users
    -- The last time step of which a code was accepted: none works twice.
    ADD COLUMN mfa_last_step bigint,
    ADD COLUMN password_changed_at timestamptz;

-- One row per browser or API client that is signed in. Ending it here ends it at once, on every node.
CREATE TABLE user_sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('browser', 'api')),
    method text NOT NULL CHECK (method IN ('password', 'passkey', 'sso', 'setup', 'invitation')),
    membership_id uuid,
    -- The only partner that it is good for: what a partner's own single sign-on vouches for ends at that partner.
    partner_id uuid REFERENCES partners,
    address text NOT NULL DEFAULT '' CHECK (length(address) <= 64),
    user_agent text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 300),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL DEFAULT now(),
    mfa_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX user_sessions_user ON user_sessions (user_id);

-- Refresh tokens belong to a session from now on: their family is its id. Whoever holds an older one signs in again.
DELETE FROM refresh_tokens;
ALTER TABLE refresh_tokens ADD FOREIGN KEY (family_id) REFERENCES user_sessions ON DELETE CASCADE;

CREATE TABLE user_recovery_codes (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
    used_at timestamptz,
    UNIQUE (user_id, code_hash)
);

CREATE TABLE user_passkeys (
    credential_id bytea PRIMARY KEY CHECK (length(credential_id) BETWEEN 1 AND 1024),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- The public key, the counter and the flags, as ASP.NET Core Identity describes a passkey.
    data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz
);
CREATE INDEX user_passkeys_user ON user_passkeys (user_id);

CREATE TABLE password_resets (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX password_resets_user ON password_resets (user_id);

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 320),
    normalized_email text NOT NULL,
    role_id uuid NOT NULL REFERENCES roles,
    organization_access text NOT NULL DEFAULT 'all' CHECK (organization_access IN ('all', 'selected', 'none')),
    organization_ids uuid[] NOT NULL DEFAULT '{}',
    site_ids uuid[],
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    invited_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at timestamptz,
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id)
);
CREATE UNIQUE INDEX invitations_open ON invitations (partner_id, organization_id, normalized_email) NULLS NOT DISTINCT
    WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE sso_providers (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    authority text NOT NULL CHECK (length(authority) BETWEEN 8 AND 500),
    client_id text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 500),
    -- Encrypted with Data Protection; written and never read back.
    client_secret bytea,
    allowed_domains text[] NOT NULL DEFAULT '{}',
    role_claim text NOT NULL DEFAULT '' CHECK (length(role_claim) <= 100),
    -- Value of the claim to role id.
    role_mapping jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(role_mapping) = 'object'),
    default_role_id uuid REFERENCES roles,
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (partner_id, name)
);

CREATE TABLE sso_links (
    provider_id uuid NOT NULL REFERENCES sso_providers ON DELETE CASCADE,
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 500),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider_id, subject)
);
CREATE INDEX sso_links_user ON sso_links (user_id);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    membership_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    -- The first characters, by which a person knows the key again.
    hint text NOT NULL CHECK (length(hint) <= 32),
    permissions text[] NOT NULL CHECK (cardinality(permissions) > 0),
    allowed_addresses cidr[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    last_used_address text,
    revoked_at timestamptz
);
CREATE INDEX api_keys_user ON api_keys (user_id);

-- Takes an organization or one of its sites out of a person's reach, whatever their role says.
CREATE TABLE access_denials (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    organization_id uuid NOT NULL,
    site_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id) ON DELETE CASCADE,
    FOREIGN KEY (site_id, organization_id, partner_id) REFERENCES sites (id, organization_id, partner_id) ON DELETE CASCADE,
    UNIQUE NULLS NOT DISTINCT (user_id, organization_id, site_id)
);
