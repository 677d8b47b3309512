CREATE TABLE trusted_publishers (
    key_id text PRIMARY KEY CHECK (key_id ~ '^[0-9a-f]{16}$'),
    name text NOT NULL,
    public_key bytea NOT NULL,
    source text NOT NULL CHECK (source IN ('bundled', 'administrator')),
    added_by uuid REFERENCES users ON DELETE SET NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);

-- The packages themselves, so that every node can serve every agent.
CREATE TABLE plugin_packages (
    hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    plugin_id text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    signer text NOT NULL REFERENCES trusted_publishers,
    manifest jsonb NOT NULL,
    catalog jsonb NOT NULL,
    file_sha256 text NOT NULL CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL CHECK (size > 0),
    content bytea NOT NULL,
    source text NOT NULL CHECK (source IN ('bundled', 'data', 'uploaded')),
    imported_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (hash, plugin_id)
);
CREATE INDEX plugin_packages_plugin ON plugin_packages (plugin_id, imported_at DESC);

CREATE TABLE plugins (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9]+(\.[a-z0-9-]+)+$'),
    active_hash text NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (active_hash, id) REFERENCES plugin_packages (hash, plugin_id)
);
