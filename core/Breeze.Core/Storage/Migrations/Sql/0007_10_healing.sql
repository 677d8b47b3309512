-- What a rule does on the device beside telling people, and what came of it.
ALTER TABLE alert_rules ADD COLUMN action jsonb CHECK (jsonb_typeof(action) = 'object');

ALTER TABLE alert_events
    DROP CONSTRAINT alert_events_kind_check,
    ADD CONSTRAINT alert_events_kind_check CHECK (kind IN ('firing', 'reopened', 'acknowledged', 'unacknowledged', 'resolved', 'snoozed', 'woken', 'suppressed', 'unsuppressed', 'assigned', 'comment',
        'script', 'escalated', 'severity', 'script_started', 'script_ended', 'script_skipped', 'healed'));

CREATE TABLE alert_actions (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    alert_id uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
    -- The firing that it is for: each has one at most.
    event_id uuid NOT NULL UNIQUE REFERENCES alert_events ON DELETE CASCADE,
    rule_id uuid NOT NULL REFERENCES alert_rules ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    label text NOT NULL DEFAULT '' CHECK (length(label) <= 1000),
    -- Whether people are told only after it.
    is_before boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'queued', 'succeeded', 'failed', 'skipped')),
    -- The version of the rule that ran.
    rule_version integer,
    command_id uuid REFERENCES device_commands ON DELETE SET NULL,
    exit_code integer,
    -- Why it did not run, or did not end by itself.
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    -- The last lines of what it said.
    output text NOT NULL DEFAULT '' CHECK (octet_length(output) <= 1024),
    created_at timestamptz NOT NULL,
    queued_at timestamptz,
    ended_at timestamptz,
    CHECK ((ended_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'skipped'))),
    CHECK ((queued_at IS NOT NULL) = (rule_version IS NOT NULL))
);
CREATE INDEX alert_actions_alert ON alert_actions (alert_id, id);
CREATE INDEX alert_actions_rule ON alert_actions (rule_id, device_id, queued_at);
CREATE INDEX alert_actions_device ON alert_actions (device_id);
CREATE INDEX alert_actions_command ON alert_actions (command_id) WHERE command_id IS NOT NULL;
CREATE INDEX alert_actions_open ON alert_actions (rule_id, created_at, id) WHERE state IN ('pending', 'queued');

SELECT breeze_protect_system('alert_actions');
CREATE POLICY tenant ON alert_actions FOR SELECT TO breeze_app USING (partner_id = (SELECT breeze_partner()) AND EXISTS (SELECT 1 FROM alerts a WHERE a.id = alert_id));
GRANT SELECT ON alert_actions TO breeze_app;
