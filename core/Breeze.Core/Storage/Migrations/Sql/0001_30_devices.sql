CREATE TABLE enrollment_keys (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    site_id uuid NOT NULL,
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 200),
    key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    max_uses integer CHECK (max_uses > 0),
    uses integer NOT NULL DEFAULT 0 CHECK (uses >= 0),
    expires_at timestamptz,
    revoked_at timestamptz,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (site_id, organization_id, partner_id) REFERENCES sites (id, organization_id, partner_id),
    CHECK (max_uses IS NULL OR uses <= max_uses)
);
CREATE INDEX enrollment_keys_site ON enrollment_keys (site_id);

CREATE TABLE devices (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    site_id uuid NOT NULL,
    hostname text NOT NULL CHECK (length(hostname) BETWEEN 1 AND 255),
    display_name text CHECK (length(display_name) BETWEEN 1 AND 255),
    machine_id text NOT NULL CHECK (length(machine_id) BETWEEN 1 AND 255),
    os_family text NOT NULL CHECK (os_family IN ('linux', 'windows', 'macos', 'other')),
    os_name text NOT NULL DEFAULT '',
    os_version text NOT NULL DEFAULT '',
    arch text NOT NULL DEFAULT '',
    agent_version text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'online', 'offline', 'maintenance', 'quarantined')),
    heartbeat_interval_seconds integer CHECK (heartbeat_interval_seconds BETWEEN 5 AND 3600),
    tags text[] NOT NULL DEFAULT '{}',
    custom_fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(custom_fields) = 'object'),
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (site_id, organization_id, partner_id) REFERENCES sites (id, organization_id, partner_id),
    UNIQUE (organization_id, machine_id),
    UNIQUE (id, organization_id, partner_id)
);
CREATE INDEX devices_partner_hostname ON devices (partner_id, lower(hostname), id);
CREATE INDEX devices_organization_hostname ON devices (organization_id, lower(hostname), id);
CREATE INDEX devices_site ON devices (site_id);
CREATE INDEX devices_partner_status ON devices (partner_id, status);
CREATE INDEX devices_tags ON devices USING gin (tags);

-- What every heartbeat changes: narrow, half empty pages, no index but the key, so that updates stay on their page (HOT).
CREATE TABLE device_presence (
    device_id uuid PRIMARY KEY REFERENCES devices ON DELETE CASCADE,
    last_seen_at timestamptz,
    agent_status text NOT NULL DEFAULT '' CHECK (length(agent_status) <= 32),
    address text NOT NULL DEFAULT '' CHECK (length(address) <= 64),
    live_since timestamptz,
    live_node uuid
) WITH (fillfactor = 50);

CREATE TABLE agent_tokens (
    id uuid PRIMARY KEY,
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX agent_tokens_device ON agent_tokens (device_id);

CREATE TABLE device_inventory (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_-]{0,63}$'),
    document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object'),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, kind)
);

CREATE TABLE device_hardware (
    device_id uuid PRIMARY KEY REFERENCES devices ON DELETE CASCADE,
    manufacturer text,
    model text,
    serial_number text,
    cpu_model text,
    cpu_cores integer CHECK (cpu_cores > 0),
    cpu_threads integer CHECK (cpu_threads > 0),
    memory_bytes bigint CHECK (memory_bytes >= 0),
    virtualization text,
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE device_network (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
    mac text,
    addresses text[] NOT NULL DEFAULT '{}',
    speed_mbps bigint CHECK (speed_mbps >= 0),
    state text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, name)
);

CREATE TABLE device_software (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
    version text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    publisher text,
    installed_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, name, version, source)
);

CREATE TABLE device_groups (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    kind text NOT NULL CHECK (kind IN ('static', 'dynamic')),
    expression text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    CHECK ((kind = 'dynamic') = (expression IS NOT NULL)),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

CREATE TABLE device_group_members (
    group_id uuid NOT NULL REFERENCES device_groups ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, device_id)
);
CREATE INDEX device_group_members_device ON device_group_members (device_id);

CREATE TABLE device_plugins (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    plugin_id text NOT NULL CHECK (length(plugin_id) BETWEEN 1 AND 128),
    version text NOT NULL,
    hash text NOT NULL,
    generation integer NOT NULL CHECK (generation >= 0),
    state text NOT NULL CHECK (state IN ('active', 'failed', 'leaked', 'incompatible')),
    error text,
    load_ms double precision,
    reported_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, plugin_id)
);
CREATE INDEX device_plugins_plugin ON device_plugins (plugin_id, state);
