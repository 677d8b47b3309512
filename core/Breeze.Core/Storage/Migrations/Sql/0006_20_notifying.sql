-- Whom to tell: routes choose channels or an escalation policy, in their order.
CREATE TABLE escalation_policies (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    steps jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(steps) = 'array'),
    repeats integer NOT NULL DEFAULT 0 CHECK (repeats BETWEEN 0 AND 20),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

CREATE TABLE notification_routes (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    position integer NOT NULL DEFAULT 0,
    enabled boolean NOT NULL DEFAULT true,
    severities text[] NOT NULL DEFAULT '{}' CHECK (severities <@ '{info,warning,error,critical}'),
    target text NOT NULL DEFAULT '' CHECK (length(target) <= 4000),
    hours jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(hours) = 'object'),
    events text[] NOT NULL DEFAULT '{firing,reopened,resolved}' CHECK (events <@ '{firing,reopened,acknowledged,resolved}'),
    channel_ids uuid[] NOT NULL DEFAULT '{}' CHECK (cardinality(channel_ids) <= 50),
    policy_id uuid REFERENCES escalation_policies ON DELETE SET NULL,
    quiet jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(quiet) = 'object'),
    digest_minutes integer NOT NULL DEFAULT 0 CHECK (digest_minutes BETWEEN 0 AND 1440),
    stops boolean NOT NULL DEFAULT false,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

-- One telling of one channel: the outbox while it is open, the delivery log afterwards.
CREATE TABLE notifications (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    channel_id uuid REFERENCES notification_channels ON DELETE CASCADE,
    alert_id uuid REFERENCES alerts ON DELETE CASCADE,
    event text NOT NULL CHECK (event IN ('firing', 'reopened', 'acknowledged', 'resolved', 'test', 'digest')),
    body jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'delivered', 'failed', 'merged', 'dropped')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    error text CHECK (length(error) <= 2000),
    -- The notification that said this one's part as well.
    merged_into uuid,
    route_id uuid,
    -- Why it is told together with others: it waited for the channel's rate, or its route gathers.
    gather text CHECK (gather IN ('rate', 'digest')),
    -- The first and the last attempt: a day after the first it is given up, and the last ones are what a channel's rate counts.
    tried_since timestamptz,
    attempted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CHECK ((finished_at IS NULL) = (status = 'queued'))
);
CREATE INDEX notifications_due ON notifications (due_at, id) WHERE status = 'queued';
CREATE INDEX notifications_channel ON notifications (channel_id, id DESC);
CREATE INDEX notifications_queue ON notifications (channel_id, id) WHERE status = 'queued';
CREATE INDEX notifications_rate ON notifications (channel_id, attempted_at DESC) WHERE attempted_at IS NOT NULL;
CREATE INDEX notifications_partner ON notifications (partner_id, id DESC);
CREATE INDEX notifications_finished ON notifications (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX notifications_alert ON notifications (alert_id, id) WHERE alert_id IS NOT NULL;

ALTER TABLE notification_channels
    -- The names of the secrets that are there; they themselves are readable by the server alone.
    ADD COLUMN secrets_set text[] NOT NULL DEFAULT '{}',
    ADD COLUMN rate_per_minute integer NOT NULL DEFAULT 30 CHECK (rate_per_minute BETWEEN 1 AND 1000),
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN last_error text CHECK (length(last_error) <= 2000),
    ADD COLUMN last_delivered_at timestamptz;

-- Links in messages that act once.
CREATE TABLE alert_links (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    alert_id uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
    notification_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX alert_links_expired ON alert_links (expires_at);
CREATE INDEX alert_links_alert ON alert_links (alert_id);
