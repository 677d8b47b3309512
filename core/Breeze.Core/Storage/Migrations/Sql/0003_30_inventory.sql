-- What agents report beside hardware: services, pending updates and people at the machine, in columns so that lists and expressions can use them. The documents
-- that they come from are in device_inventory.
CREATE TABLE device_services (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 256),
    display_name text NOT NULL DEFAULT '' CHECK (length(display_name) <= 256),
    state text NOT NULL CHECK (state IN ('running', 'stopped', 'starting', 'stopping', 'paused', 'failed', 'unknown')),
    start_mode text NOT NULL DEFAULT 'unknown' CHECK (start_mode IN ('automatic', 'manual', 'disabled', 'unknown')),
    PRIMARY KEY (device_id, name)
);
CREATE INDEX device_services_name ON device_services (lower(name), state);

CREATE TABLE device_updates (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
    current_version text NOT NULL DEFAULT '',
    available_version text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '' CHECK (length(source) <= 64),
    severity text NOT NULL DEFAULT 'unknown' CHECK (severity IN ('critical', 'important', 'moderate', 'low', 'unknown')),
    is_security boolean NOT NULL DEFAULT false,
    needs_restart boolean NOT NULL DEFAULT false,
    PRIMARY KEY (device_id, name, available_version, source)
);
CREATE INDEX device_updates_name ON device_updates (lower(name));

CREATE TABLE device_sessions (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    session text NOT NULL CHECK (length(session) BETWEEN 1 AND 64),
    user_name text NOT NULL CHECK (length(user_name) BETWEEN 1 AND 256),
    kind text NOT NULL DEFAULT 'console' CHECK (kind IN ('console', 'remote', 'service', 'unknown')),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'idle', 'disconnected', 'unknown')),
    since timestamptz,
    remote_address text,
    PRIMARY KEY (device_id, session)
);
CREATE INDEX device_sessions_user ON device_sessions (lower(user_name));

-- What was installed, removed or changed, and when it was first seen.
CREATE TABLE device_inventory_changes (
    id uuid PRIMARY KEY DEFAULT breeze_uuid7(),
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_-]{0,63}$'),
    change text NOT NULL CHECK (change IN ('added', 'removed', 'changed')),
    item text NOT NULL CHECK (length(item) BETWEEN 1 AND 300),
    before text CHECK (length(before) <= 1000),
    after text CHECK (length(after) <= 1000)
);
CREATE INDEX device_inventory_changes_device ON device_inventory_changes (device_id, id DESC);
CREATE INDEX device_inventory_changes_item ON device_inventory_changes (kind, lower(item), id DESC);

-- Entries of the device's own logs that a technician would look for.
CREATE TABLE device_log_entries (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    at timestamptz NOT NULL,
    id uuid NOT NULL,
    source text NOT NULL DEFAULT '' CHECK (length(source) <= 256),
    level text NOT NULL CHECK (level IN ('critical', 'error', 'warning', 'info')),
    event_code text CHECK (length(event_code) <= 64),
    message text NOT NULL CHECK (length(message) <= 4000),
    PRIMARY KEY (device_id, at, id)
);

-- For dropping old entries: they come roughly in the order of time.
CREATE INDEX device_log_entries_at ON device_log_entries USING brin (at) WITH (pages_per_range = 32, autosummarize = on);

-- Which devices have a program, and in which version.
CREATE INDEX device_software_name_version ON device_software (name, version);

SELECT breeze_protect_device_child(t::regclass)
FROM unnest(ARRAY['device_services', 'device_updates', 'device_sessions', 'device_inventory_changes', 'device_log_entries']) AS t;
