-- The presence table with its columns in the order in which they are read through: what has a fixed width and nearly always a value comes first, so that the lists by a
-- reading find it at a known place in each row. Texts, and what is mostly empty, come last.
ALTER TABLE device_presence RENAME TO presence_before;
CREATE TABLE device_presence (
    partner_id uuid NOT NULL,
    device_id uuid NOT NULL,
    last_seen_at timestamptz,
    booted_at timestamptz,
    cpu real,
    memory real,
    disk real,
    organization_id uuid NOT NULL,
    site_id uuid NOT NULL,
    -- The day of the last contact, in UTC. An index on the moment itself would be written with each heartbeat; the day changes once a day, and all other updates stay within
    -- their page as before. date_bin, because it knows no time zones and so costs a heartbeat next to nothing.
    last_seen_day timestamptz GENERATED ALWAYS AS (date_bin('1 day', last_seen_at, '2000-01-01 00:00:00+00')) STORED,
    live_since timestamptz,
    live_node uuid,
    agent_status text NOT NULL DEFAULT '' CHECK (length(agent_status) <= 32),
    address text NOT NULL DEFAULT '' CHECK (length(address) <= 64)
) WITH (fillfactor = 50);
INSERT INTO device_presence (partner_id, device_id, last_seen_at, booted_at, cpu, memory, disk, organization_id, site_id, live_since, live_node, agent_status, address)
SELECT partner_id, device_id, last_seen_at, booted_at, cpu, memory, disk, organization_id, site_id, live_since, live_node, agent_status, address FROM presence_before;

SELECT breeze_protect_system('device_presence');
DO $$
DECLARE
    tenant text := (SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'presence_before'::regclass AND polname = 'tenant');
BEGIN
    EXECUTE format('CREATE POLICY tenant ON device_presence FOR ALL TO breeze_app USING (%1$s) WITH CHECK (%1$s)', tenant);
END $$;
CREATE POLICY owner_list ON device_presence FOR SELECT TO CURRENT_USER USING (true);
GRANT SELECT ON device_presence TO breeze_app;

DROP TABLE presence_before;
ALTER TABLE device_presence
    ADD PRIMARY KEY (device_id),
    ADD FOREIGN KEY (device_id, partner_id, organization_id, site_id) REFERENCES devices (id, partner_id, organization_id, site_id) ON UPDATE CASCADE ON DELETE CASCADE;
CREATE TRIGGER place BEFORE INSERT ON device_presence FOR EACH ROW EXECUTE FUNCTION breeze_child_place();
CREATE INDEX device_presence_last_seen_day ON device_presence (partner_id, last_seen_day);
CREATE INDEX device_presence_organization ON device_presence (organization_id);
