CREATE TABLE scripts (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description text NOT NULL DEFAULT '',
    runtime text NOT NULL CHECK (runtime ~ '^[a-z][a-z0-9-]{0,31}$'),
    content text NOT NULL CHECK (octet_length(content) <= 1048576),
    parameters jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(parameters) = 'array'),
    timeout_seconds integer NOT NULL DEFAULT 300 CHECK (timeout_seconds BETWEEN 1 AND 86400),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

CREATE TABLE script_executions (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    device_id uuid NOT NULL,
    script_id uuid REFERENCES scripts ON DELETE SET NULL,
    command_id uuid NOT NULL UNIQUE REFERENCES device_commands ON DELETE CASCADE,
    runtime text NOT NULL,
    content_sha256 bytea NOT NULL CHECK (length(content_sha256) = 32),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (device_id, organization_id, partner_id) REFERENCES devices (id, organization_id, partner_id) ON DELETE CASCADE
);
CREATE INDEX script_executions_device ON script_executions (device_id, id DESC);
CREATE INDEX script_executions_script ON script_executions (script_id, id DESC);

CREATE TABLE automations (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    enabled boolean NOT NULL DEFAULT true,
    definition jsonb NOT NULL CHECK (jsonb_typeof(definition) = 'object'),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

CREATE TABLE automation_runs (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    automation_id uuid NOT NULL REFERENCES automations ON DELETE CASCADE,
    status text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    trigger text NOT NULL CHECK (trigger IN ('schedule', 'event', 'manual')),
    device_id uuid REFERENCES devices ON DELETE CASCADE,
    steps jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(steps) = 'array'),
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id)
);
CREATE INDEX automation_runs_automation ON automation_runs (automation_id, id DESC);

CREATE TABLE policies (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    enabled boolean NOT NULL DEFAULT true,
    target text NOT NULL DEFAULT '',
    definition jsonb NOT NULL CHECK (jsonb_typeof(definition) = 'object'),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

CREATE TABLE policy_compliance (
    policy_id uuid NOT NULL REFERENCES policies ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    status text NOT NULL CHECK (status IN ('compliant', 'drifted', 'failed', 'unknown')),
    detail jsonb NOT NULL DEFAULT '{}',
    checked_at timestamptz NOT NULL,
    PRIMARY KEY (policy_id, device_id)
);
CREATE INDEX policy_compliance_device ON policy_compliance (device_id);

CREATE TABLE alert_rules (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    enabled boolean NOT NULL DEFAULT true,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error', 'critical')),
    condition text NOT NULL,
    definition jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(definition) = 'object'),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

CREATE TABLE alerts (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    rule_id uuid NOT NULL REFERENCES alert_rules ON DELETE CASCADE,
    device_id uuid NOT NULL,
    label text NOT NULL DEFAULT '',
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error', 'critical')),
    status text NOT NULL CHECK (status IN ('pending', 'firing', 'acknowledged', 'resolved')),
    title text NOT NULL,
    message text NOT NULL DEFAULT '',
    started_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by uuid REFERENCES users ON DELETE SET NULL,
    resolved_at timestamptz,
    FOREIGN KEY (device_id, organization_id, partner_id) REFERENCES devices (id, organization_id, partner_id) ON DELETE CASCADE,
    CHECK ((resolved_at IS NOT NULL) = (status = 'resolved'))
);
-- One open alert per rule, device and label.
CREATE UNIQUE INDEX alerts_open ON alerts (rule_id, device_id, label) WHERE status <> 'resolved';
CREATE INDEX alerts_inbox ON alerts (partner_id, status, id DESC);
CREATE INDEX alerts_device ON alerts (device_id, id DESC);

CREATE TABLE notification_channels (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    type text NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    secrets bytea,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

CREATE TABLE remote_sessions (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    device_id uuid NOT NULL,
    user_id uuid REFERENCES users ON DELETE SET NULL,
    kind text NOT NULL CHECK (kind IN ('terminal', 'files', 'desktop')),
    status text NOT NULL CHECK (status IN ('requested', 'connecting', 'active', 'ended', 'refused', 'failed')),
    requested_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    FOREIGN KEY (device_id, organization_id, partner_id) REFERENCES devices (id, organization_id, partner_id) ON DELETE CASCADE
);
CREATE INDEX remote_sessions_device ON remote_sessions (device_id, id DESC);
