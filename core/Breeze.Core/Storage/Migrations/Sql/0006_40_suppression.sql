-- Why nobody is told of an alert: planned work, an outage in front of the device, an alert that comes and goes, and storms.

CREATE TABLE maintenance_windows (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    organization_id uuid,
    site_id uuid,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 4000),
    -- Of the devices there, those that an expression finds; empty for all of them.
    target text NOT NULL DEFAULT '' CHECK (length(target) <= 4000),
    enabled boolean NOT NULL DEFAULT true,
    recurrence text NOT NULL CHECK (recurrence IN ('once', 'weekly', 'monthly')),
    -- IANA. What recurs begins by the clocks of this zone and lasts for real minutes.
    time_zone text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    from_at timestamptz,
    until_at timestamptz,
    -- From Monday, 1, to Sunday, 7.
    days smallint[] NOT NULL DEFAULT '{}' CHECK (days <@ '{1,2,3,4,5,6,7}'),
    -- Monthly: the first to the fourth of these days in a month, or the last.
    week smallint CHECK (week IN (1, 2, 3, 4, -1)),
    starts time,
    minutes integer CHECK (minutes BETWEEN 1 AND 10080),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (CASE recurrence WHEN 'once' THEN coalesce(from_at < until_at, false)
        ELSE starts IS NOT NULL AND minutes IS NOT NULL AND cardinality(days) > 0 AND (recurrence = 'monthly') = (week IS NOT NULL) END),
    CHECK (site_id IS NULL OR organization_id IS NOT NULL),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    FOREIGN KEY (site_id, organization_id, partner_id) REFERENCES sites (id, organization_id, partner_id) ON DELETE CASCADE,
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, name)
);

-- Which devices a window takes in, as of its occurrence that lasts or is about to begin; kept by the server.
CREATE TABLE maintenance_devices (
    window_id uuid NOT NULL REFERENCES maintenance_windows ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    PRIMARY KEY (window_id, device_id)
);
CREATE INDEX maintenance_devices_device ON maintenance_devices (device_id, until_at);

-- A device without which another cannot be reached. The one of a site stands in front of all of the site's other devices.
CREATE TABLE device_dependencies (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    upstream_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    PRIMARY KEY (device_id, upstream_id),
    CHECK (device_id <> upstream_id)
);
CREATE INDEX device_dependencies_upstream ON device_dependencies (upstream_id);
ALTER TABLE sites ADD COLUMN gateway_device_id uuid REFERENCES devices ON DELETE SET NULL;
CREATE INDEX sites_gateway ON sites (gateway_device_id) WHERE gateway_device_id IS NOT NULL;

ALTER TABLE alerts
    -- What it is that it is suppressed by, in words and by its id.
    ADD COLUMN suppressed_text text NOT NULL DEFAULT '' CHECK (length(suppressed_text) <= 1000),
    ADD COLUMN suppressed_cause uuid,
    -- How long it stays suppressed after its cause is gone, so that what was behind an outage has the time to come back.
    ADD COLUMN suppressed_until timestamptz,
    -- Nobody was told that it fires, so nobody needs to be told that it does not any more.
    ADD COLUMN hushed boolean NOT NULL DEFAULT false;
CREATE INDEX alerts_suppressed ON alerts (suppressed_by) WHERE suppressed_by IS NOT NULL;
CREATE INDEX alerts_rule_fired ON alerts (rule_id, fired_at) WHERE status IN ('firing', 'acknowledged');

-- Until when an event waits for it to become clear whether the device or what is in front of it is gone.
ALTER TABLE alert_events ADD COLUMN held_until timestamptz;

ALTER TABLE incidents
    -- The alert that is told for all.
    ADD COLUMN head_id uuid REFERENCES alerts ON DELETE SET NULL,
    -- Until when further alerts of the rule join it.
    ADD COLUMN gathers_until timestamptz,
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX incidents_listed ON incidents (partner_id, id DESC);
CREATE INDEX incidents_rule ON incidents (rule_id, id DESC);

SELECT breeze_protect_device_child('maintenance_devices'), breeze_protect_device_child('device_dependencies');
SELECT breeze_protect_system('maintenance_windows');
DO $$
DECLARE
    reads text := '(partner_id = (SELECT breeze_partner()) AND (organization_id IS NULL
        OR (SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])))';
    writes text := '(partner_id = (SELECT breeze_partner()) AND ((SELECT breeze_organizations()) IS NULL
        OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])))';
BEGIN
    EXECUTE format('CREATE POLICY tenant_read ON maintenance_windows FOR SELECT TO breeze_app USING (%s)', reads);
    EXECUTE format('CREATE POLICY tenant_insert ON maintenance_windows FOR INSERT TO breeze_app WITH CHECK (%s)', writes);
    EXECUTE format('CREATE POLICY tenant_update ON maintenance_windows FOR UPDATE TO breeze_app USING (%s) WITH CHECK (%s)', writes, writes);
    EXECUTE format('CREATE POLICY tenant_delete ON maintenance_windows FOR DELETE TO breeze_app USING (%s)', writes);
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON maintenance_windows TO breeze_app;
