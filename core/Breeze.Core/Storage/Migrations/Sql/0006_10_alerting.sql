-- Alerting: rules, what became of them, who is told and how. Feature tables; the core reads none of them.

-- A rule belongs to a partner, or below it to an organization or site. One with a parent stands in for it there.
ALTER TABLE alert_rules
    DROP COLUMN definition,
    ADD COLUMN site_id uuid,
    ADD COLUMN parent_id uuid REFERENCES alert_rules ON DELETE CASCADE,
    ADD COLUMN description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    ADD COLUMN target text NOT NULL DEFAULT '' CHECK (length(target) <= 4000),
    ADD COLUMN recovery text NOT NULL DEFAULT '' CHECK (length(recovery) <= 4000),
    ADD COLUMN per text NOT NULL DEFAULT 'series' CHECK (per IN ('series', 'device')),
    ADD COLUMN title text NOT NULL DEFAULT '' CHECK (length(title) <= 1000),
    ADD COLUMN message text NOT NULL DEFAULT '' CHECK (length(message) <= 10000),
    ADD COLUMN runbook_url text NOT NULL DEFAULT '' CHECK (length(runbook_url) <= 2000),
    ADD COLUMN reopen_minutes integer NOT NULL DEFAULT 15 CHECK (reopen_minutes BETWEEN 0 AND 1440),
    ADD COLUMN starter text CHECK (length(starter) <= 100),
    ADD CHECK (length(condition) BETWEEN 1 AND 4000),
    ADD CHECK (site_id IS NULL OR organization_id IS NOT NULL),
    ADD FOREIGN KEY (site_id, organization_id, partner_id) REFERENCES sites (id, organization_id, partner_id) ON DELETE CASCADE;
CREATE INDEX alert_rules_parent ON alert_rules (parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX alert_rules_override ON alert_rules (parent_id, organization_id, site_id) NULLS NOT DISTINCT WHERE parent_id IS NOT NULL;

CREATE TABLE alert_rule_versions (
    rule_id uuid NOT NULL REFERENCES alert_rules ON DELETE CASCADE,
    version integer NOT NULL CHECK (version > 0),
    document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object'),
    changed_by uuid REFERENCES users ON DELETE SET NULL,
    changed_by_name text NOT NULL DEFAULT '' CHECK (length(changed_by_name) <= 255),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (rule_id, version)
);

-- Many alerts of one cause.
CREATE TABLE incidents (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    rule_id uuid REFERENCES alert_rules ON DELETE SET NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 1000),
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error', 'critical')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved')),
    started_at timestamptz NOT NULL,
    resolved_at timestamptz,
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id)
);
CREATE INDEX incidents_open ON incidents (partner_id, rule_id) WHERE status = 'open';

-- Alerts come from rules on devices; those of other sources have a fingerprint instead. A pending one is a condition that holds and has not held for long enough.
ALTER TABLE alerts
    ALTER COLUMN rule_id DROP NOT NULL,
    ALTER COLUMN device_id DROP NOT NULL,
    ALTER COLUMN organization_id DROP NOT NULL,
    ADD COLUMN source text NOT NULL DEFAULT 'rule' CHECK (source IN ('rule', 'alertmanager', 'breeze')),
    ADD COLUMN fingerprint text CHECK (length(fingerprint) <= 200),
    ADD COLUMN rule_version integer,
    ADD COLUMN fired_at timestamptz,
    -- Where it stands in lists.
    ADD COLUMN shown_at timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(fired_at, started_at)) STORED,
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
    -- The moment of the newest reading that this state follows; older ones are late and change nothing.
    ADD COLUMN evaluated_at timestamptz,
    -- Since when each part of the condition with a duration holds, in Unix milliseconds; 0 when it does not.
    ADD COLUMN timers bigint[] NOT NULL DEFAULT '{}' CHECK (cardinality(timers) <= 64),
    ADD COLUMN value double precision,
    ADD COLUMN snoozed_until timestamptz,
    ADD COLUMN suppressed_by text CHECK (suppressed_by IN ('maintenance', 'dependency', 'flapping', 'storm', 'person')),
    ADD COLUMN reopened integer NOT NULL DEFAULT 0 CHECK (reopened >= 0),
    ADD COLUMN assignee_id uuid REFERENCES users ON DELETE SET NULL,
    ADD COLUMN incident_id uuid REFERENCES incidents ON DELETE SET NULL,
    ADD COLUMN resolved_by uuid REFERENCES users ON DELETE SET NULL,
    ADD COLUMN resolution text CHECK (resolution IN ('recovered', 'person', 'rule_changed', 'out_of_scope', 'source')),
    ADD CHECK (CASE WHEN source = 'rule' THEN rule_id IS NOT NULL AND device_id IS NOT NULL AND organization_id IS NOT NULL ELSE fingerprint IS NOT NULL END),
    ADD CHECK (length(title) BETWEEN 1 AND 1000),
    ADD CHECK (length(message) <= 20000),
    ADD CHECK (length(label) <= 1000);
CREATE UNIQUE INDEX alerts_open_external ON alerts (partner_id, source, fingerprint) WHERE status <> 'resolved' AND fingerprint IS NOT NULL;
CREATE INDEX alerts_incident ON alerts (incident_id) WHERE incident_id IS NOT NULL;
CREATE INDEX alerts_changed ON alerts (changed_at);
CREATE INDEX alerts_resolved ON alerts (rule_id, device_id, label, resolved_at DESC) WHERE status = 'resolved';
-- The inbox, newest first: what is open, and everything.
CREATE INDEX alerts_open_shown ON alerts (partner_id, shown_at DESC, id DESC) WHERE status IN ('firing', 'acknowledged');
CREATE INDEX alerts_shown ON alerts (partner_id, shown_at DESC, id DESC);

-- Which partners have got the rules that everybody begins with.
CREATE TABLE alert_settings (
    partner_id uuid PRIMARY KEY REFERENCES partners ON DELETE CASCADE,
    starters_at timestamptz NOT NULL DEFAULT now()
);

-- The timeline, and what notifications are made of: an event without routed_at has not been looked at for whom to tell.
CREATE TABLE alert_events (
    id uuid PRIMARY KEY,
    alert_id uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
    partner_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('firing', 'reopened', 'acknowledged', 'unacknowledged', 'resolved', 'snoozed', 'woken', 'suppressed', 'unsuppressed', 'assigned', 'comment',
        'script', 'escalated', 'severity')),
    at timestamptz NOT NULL,
    user_id uuid REFERENCES users ON DELETE SET NULL,
    user_name text NOT NULL DEFAULT '' CHECK (length(user_name) <= 255),
    text text NOT NULL DEFAULT '' CHECK (length(text) <= 10000),
    detail jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object'),
    routed_at timestamptz
);
CREATE INDEX alert_events_alert ON alert_events (alert_id, id);
CREATE INDEX alert_events_unrouted ON alert_events (id) WHERE routed_at IS NULL;
