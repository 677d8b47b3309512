-- What lets the planner see how many devices somebody reaches. Written as "no limit OR within the limit", the policy of 0001_90 says the same, but each half of it
-- is taken to hold for one row in forty, so that a fleet of 100,000 is planned as one of 42: no order comes from an index, and the policies of the children are
-- asked once per row instead of once. A CASE counts as half of the rows, which is near enough in both directions.
DO $$
DECLARE
    t text;
    reach text := '(partner_id = (SELECT breeze_partner())
        AND CASE WHEN (SELECT breeze_organizations() IS NULL AND breeze_sites() IS NULL) THEN true
            ELSE ((SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[]))
                AND ((SELECT breeze_sites()) IS NULL OR site_id = ANY ((SELECT breeze_sites())::uuid[])) END)';
BEGIN
    FOREACH t IN ARRAY ARRAY['devices', 'enrollment_keys'] LOOP
        EXECUTE format('ALTER POLICY tenant ON %I USING (%s) WITH CHECK (%s)', t, reach, reach);
    END LOOP;
END $$;

-- Children that lists filter by carry where their device belongs, so that their policy is the device's own, and no look-up of the device for each row. A foreign
-- key on all of it keeps it true: a move of the device is a change of its key, which the database carries on to the children, and nothing else can be stored.
ALTER TABLE devices ADD CONSTRAINT devices_place UNIQUE (id, partner_id, organization_id, site_id);

-- Whoever adds a row names the device alone. The lock keeps a move out until the row is there for it to change.
CREATE FUNCTION breeze_child_place() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT d.partner_id, d.organization_id, d.site_id INTO NEW.partner_id, NEW.organization_id, NEW.site_id FROM devices d WHERE d.id = NEW.device_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'device % is not there', NEW.device_id USING ERRCODE = '23503';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION breeze_child_place() FROM PUBLIC;

DO $$
DECLARE
    t text;
    old name;
    reach text;
BEGIN
    -- The owner, whom forced row-level security binds, has to see the rows that are there already.
    ALTER TABLE devices NO FORCE ROW LEVEL SECURITY;
    SELECT pg_get_expr(polqual, polrelid) INTO reach FROM pg_policy WHERE polrelid = 'devices'::regclass AND polname = 'tenant';
    FOREACH t IN ARRAY ARRAY['device_presence', 'device_hardware', 'device_network', 'device_sessions', 'device_services', 'device_updates', 'device_plugins', 'device_software',
                             'device_inventory_changes'] LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN partner_id uuid, ADD COLUMN organization_id uuid, ADD COLUMN site_id uuid', t);
        SELECT conname INTO STRICT old FROM pg_constraint WHERE conrelid = t::regclass AND confrelid = 'devices'::regclass AND contype = 'f';
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('UPDATE %I c SET partner_id = d.partner_id, organization_id = d.organization_id, site_id = d.site_id FROM devices d WHERE d.id = c.device_id', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %1$I DROP CONSTRAINT %2$I, ALTER partner_id SET NOT NULL, ALTER organization_id SET NOT NULL, ALTER site_id SET NOT NULL,
            ADD CONSTRAINT %2$I FOREIGN KEY (device_id, partner_id, organization_id, site_id) REFERENCES devices (id, partner_id, organization_id, site_id)
                ON UPDATE CASCADE ON DELETE CASCADE', t, old);
        EXECUTE format('CREATE TRIGGER place BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION breeze_child_place()', t);
        EXECUTE format('ALTER POLICY tenant ON %I USING (%s) WITH CHECK (%s)', t, reach, reach);
    END LOOP;
    ALTER TABLE devices FORCE ROW LEVEL SECURITY;
END $$;

-- What is looked up without case, in columns that an index can serve under a policy.
ALTER TABLE device_hardware ADD COLUMN serial_key text GENERATED ALWAYS AS (lower(serial_number COLLATE "pg_c_utf8")) STORED;
CREATE INDEX device_hardware_serial_key ON device_hardware (serial_key);
ALTER TABLE device_sessions ADD COLUMN user_key text GENERATED ALWAYS AS (lower(user_name COLLATE "pg_c_utf8")) STORED;
CREATE INDEX device_sessions_user_key ON device_sessions (user_key);

-- The dashboard counts devices by status from an index alone, limits included, and finds the few plugins that do not work among all that do.
DROP INDEX devices_partner_status;
CREATE INDEX devices_partner_status ON devices (partner_id, status) INCLUDE (organization_id, site_id);
CREATE INDEX device_plugins_problems ON device_plugins (device_id) WHERE state <> 'active';

-- Devices by a part of an address, as breeze_search_devices has it and for the same reason. The addresses of presence are read through: an index on them would
-- make every heartbeat dearer.
CREATE POLICY owner_search ON device_presence FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION breeze_address_devices(pattern text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT n.device_id FROM device_network n WHERE ($2 OR n.partner_id = $3) AND breeze_lines(n.addresses) LIKE $4
             AND EXISTS (SELECT 1 FROM unnest(n.addresses) AS i (address) WHERE lower(i.address COLLATE "pg_c_utf8") LIKE $1)
         UNION ALL SELECT p.device_id FROM device_presence p WHERE ($2 OR p.partner_id = $3) AND lower(p.address COLLATE "pg_c_utf8") LIKE $1'
    USING pattern, current_setting('role') = 'breeze_system', breeze_partner(), '%' || pattern || '%';
END $$;
REVOKE EXECUTE ON FUNCTION breeze_address_devices(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION breeze_address_devices(text) TO breeze_app, breeze_system;
