-- Who is called, how, and what happens when they do not answer.

-- Who is on call: layers of rotation, of which the last one that covers a moment counts, and overrides before them.
CREATE TABLE on_call_schedules (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    time_zone text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    layers jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(layers) = 'array'),
    -- Whether who comes on and who goes are told so.
    tells boolean NOT NULL DEFAULT true,
    -- Who was on call when it was last looked at, and when it changes next.
    current_user_id uuid REFERENCES users ON DELETE SET NULL,
    looked_at timestamptz,
    changes_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);
CREATE INDEX on_call_schedules_due ON on_call_schedules (changes_at);

CREATE TABLE on_call_overrides (
    id uuid PRIMARY KEY,
    schedule_id uuid NOT NULL REFERENCES on_call_schedules ON DELETE CASCADE,
    partner_id uuid NOT NULL REFERENCES partners,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (ends_at > starts_at)
);
CREATE INDEX on_call_overrides_schedule ON on_call_overrides (schedule_id, ends_at);

-- How a person is told: a channel of the partner's, and the settings of it that stand for this person.
CREATE TABLE contact_methods (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    channel_id uuid NOT NULL REFERENCES notification_channels ON DELETE CASCADE,
    address text NOT NULL CHECK (length(address) BETWEEN 1 AND 320),
    recipient jsonb NOT NULL CHECK (jsonb_typeof(recipient) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (partner_id, user_id, channel_id, address)
);
CREATE INDEX contact_methods_user ON contact_methods (user_id, partner_id);

-- The settings that stand in for the channel's when a person is told rather than the channel; and whose it is.
ALTER TABLE notifications
    ADD COLUMN recipient jsonb CHECK (jsonb_typeof(recipient) = 'object'),
    ADD COLUMN user_id uuid REFERENCES users ON DELETE SET NULL,
    ADD COLUMN escalation_id uuid,
    DROP CONSTRAINT notifications_event_check,
    ADD CONSTRAINT notifications_event_check CHECK (event IN ('firing', 'reopened', 'acknowledged', 'resolved', 'test', 'digest', 'handover'));
CREATE INDEX notifications_escalation ON notifications (escalation_id) WHERE escalation_id IS NOT NULL;

-- How long after its last step a policy begins again.
ALTER TABLE escalation_policies
    ADD COLUMN repeat_minutes integer NOT NULL DEFAULT 30 CHECK (repeat_minutes BETWEEN 1 AND 1440);

ALTER TABLE notification_routes
    -- Whether it shows in the bell of everybody who sees the alert.
    ADD COLUMN in_app boolean NOT NULL DEFAULT false;

-- Where a policy stands with an alert. The step is taken in the transaction that tells people, so that nobody takes it twice.
CREATE TABLE alert_escalations (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    alert_id uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
    policy_id uuid NOT NULL REFERENCES escalation_policies ON DELETE CASCADE,
    route_id uuid,
    -- The incident that it is about; then the alert is the one that stands for all of it.
    incident_id uuid,
    -- The step that is due, counted from 0, and in which round.
    step integer NOT NULL DEFAULT 0 CHECK (step >= 0),
    round integer NOT NULL DEFAULT 0 CHECK (round >= 0),
    due_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by text CHECK (ended_by IN ('acknowledged', 'resolved', 'exhausted', 'policy')),
    UNIQUE (alert_id, policy_id),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX alert_escalations_due ON alert_escalations (due_at) WHERE ended_at IS NULL;
CREATE INDEX alert_escalations_acknowledged ON alert_escalations (alert_id) WHERE ended_by = 'acknowledged';

-- The bell: what one person is told, or, without a person, everybody who sees the alert.
CREATE TABLE bell_notices (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    alert_id uuid REFERENCES alerts ON DELETE CASCADE,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error', 'critical')),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 1000),
    path text NOT NULL DEFAULT '' CHECK (length(path) <= 200),
    at timestamptz NOT NULL,
    CHECK (user_id IS NOT NULL OR alert_id IS NOT NULL)
);
CREATE INDEX bell_notices_user ON bell_notices (partner_id, user_id, at DESC);
CREATE INDEX bell_notices_at ON bell_notices (at);
CREATE INDEX bell_notices_alert ON bell_notices (alert_id) WHERE alert_id IS NOT NULL;

-- Up to when somebody has read their bell, and from which severity on an alert shows in it without a route.
CREATE TABLE bell_settings (
    partner_id uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    read_at timestamptz,
    severity text NOT NULL DEFAULT 'error' CHECK (severity IN ('info', 'warning', 'error', 'critical', 'none')),
    PRIMARY KEY (partner_id, user_id)
);

SELECT breeze_protect_system(t::regclass) FROM unnest('{on_call_schedules,on_call_overrides,contact_methods,alert_escalations,bell_notices,bell_settings}'::text[]) AS t;

DO $$
DECLARE
    reads text := '(partner_id = (SELECT breeze_partner()) AND (organization_id IS NULL
        OR (SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])))';
    writes text := '(partner_id = (SELECT breeze_partner()) AND ((SELECT breeze_organizations()) IS NULL
        OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])))';
BEGIN
    EXECUTE format('CREATE POLICY tenant_read ON on_call_schedules FOR SELECT TO breeze_app USING (%s)', reads);
    EXECUTE format('CREATE POLICY tenant_insert ON on_call_schedules FOR INSERT TO breeze_app WITH CHECK (%s)', writes);
    EXECUTE format('CREATE POLICY tenant_update ON on_call_schedules FOR UPDATE TO breeze_app USING (%s) WITH CHECK (%s)', writes, writes);
    EXECUTE format('CREATE POLICY tenant_delete ON on_call_schedules FOR DELETE TO breeze_app USING (%s)', writes);
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON on_call_schedules TO breeze_app;

-- Who sees a schedule may stand in for somebody on it.
CREATE POLICY tenant ON on_call_overrides FOR ALL TO breeze_app
    USING (partner_id = (SELECT breeze_partner()) AND EXISTS (SELECT 1 FROM on_call_schedules s WHERE s.id = schedule_id))
    WITH CHECK (partner_id = (SELECT breeze_partner()) AND EXISTS (SELECT 1 FROM on_call_schedules s WHERE s.id = schedule_id AND s.partner_id = on_call_overrides.partner_id));
GRANT SELECT, INSERT, DELETE ON on_call_overrides TO breeze_app;

CREATE POLICY tenant ON contact_methods FOR ALL TO breeze_app
    USING (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()))
    WITH CHECK (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()) AND EXISTS (SELECT 1 FROM notification_channels c WHERE c.id = channel_id));
GRANT SELECT, INSERT, DELETE ON contact_methods TO breeze_app;

CREATE POLICY tenant ON alert_escalations FOR SELECT TO breeze_app USING (partner_id = (SELECT breeze_partner()) AND EXISTS (SELECT 1 FROM alerts a WHERE a.id = alert_id));
GRANT SELECT ON alert_escalations TO breeze_app;

-- What concerns an alert shows as long as its reader reaches the alert.
CREATE POLICY tenant ON bell_notices FOR SELECT TO breeze_app USING (partner_id = (SELECT breeze_partner())
    AND (user_id = (SELECT breeze_user()) OR user_id IS NULL) AND (alert_id IS NULL OR EXISTS (SELECT 1 FROM alerts a WHERE a.id = alert_id)));
GRANT SELECT ON bell_notices TO breeze_app;

CREATE POLICY tenant ON bell_settings FOR ALL TO breeze_app
    USING (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()))
    WITH CHECK (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()));
GRANT SELECT, INSERT, UPDATE ON bell_settings TO breeze_app;
