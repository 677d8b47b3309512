CREATE TABLE device_commands (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    device_id uuid NOT NULL,
    type text NOT NULL CHECK (type ~ '^[a-z][a-z0-9._-]{0,63}$'),
    payload jsonb NOT NULL,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN
        ('queued', 'sent', 'running', 'completed', 'failed', 'timeout', 'cancelled', 'rejected', 'expired')),
    timeout_seconds integer NOT NULL CHECK (timeout_seconds BETWEEN 1 AND 86400),
    ordering_key text CHECK (length(ordering_key) <= 100),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lease_until timestamptz,
    expires_at timestamptz NOT NULL,
    cancel_requested_at timestamptz,
    queued_at timestamptz NOT NULL,
    sent_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    FOREIGN KEY (device_id, organization_id, partner_id) REFERENCES devices (id, organization_id, partner_id) ON DELETE CASCADE,
    CHECK ((finished_at IS NOT NULL) = (status IN ('completed', 'failed', 'timeout', 'cancelled', 'rejected', 'expired')))
) WITH (fillfactor = 80);
-- The hot index holds pending rows alone.
CREATE INDEX device_commands_pending ON device_commands (device_id, id) WHERE status IN ('queued', 'sent', 'running');
CREATE INDEX device_commands_lease ON device_commands (lease_until) WHERE status IN ('sent', 'running');
CREATE INDEX device_commands_expiry ON device_commands (expires_at) WHERE status = 'queued';
CREATE INDEX device_commands_history ON device_commands (device_id, id DESC);

-- Exactly one result per command: the primary key says so.
CREATE TABLE command_results (
    command_id uuid PRIMARY KEY REFERENCES device_commands ON DELETE CASCADE,
    device_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('completed', 'failed', 'timeout', 'cancelled', 'rejected', 'expired')),
    exit_code integer,
    stdout text NOT NULL DEFAULT '',
    stderr text NOT NULL DEFAULT '',
    received_at timestamptz NOT NULL
);

CREATE TABLE outbox_events (
    id uuid PRIMARY KEY,
    partner_id uuid,
    organization_id uuid,
    device_id uuid,
    type text NOT NULL CHECK (type ~ '^[a-z]+(\.[a-z_]+)+$'),
    payload jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz
);
CREATE INDEX outbox_events_pending ON outbox_events (id) WHERE processed_at IS NULL;
