-- What the device list shows and orders by that is not in devices itself: names of its tenancy and a digest of its inventory, in one narrow row per device, kept
-- by triggers. So each order has an index per partner and a page is read, not computed. It carries the tenancy, so that its own policy needs no other table.
CREATE TABLE device_summaries (
    device_id uuid PRIMARY KEY REFERENCES devices ON DELETE CASCADE,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    site_id uuid NOT NULL,
    organization text NOT NULL,
    site text NOT NULL,
    os text,
    tags text,
    manufacturer text,
    model text,
    serial text,
    users text,
    address text,
    updates integer,
    organization_key text GENERATED ALWAYS AS (lower(organization COLLATE "pg_c_utf8")) STORED,
    site_key text GENERATED ALWAYS AS (lower(site COLLATE "pg_c_utf8")) STORED,
    os_key text GENERATED ALWAYS AS (lower(os COLLATE "pg_c_utf8")) STORED,
    tags_key text GENERATED ALWAYS AS (lower(tags COLLATE "pg_c_utf8")) STORED,
    model_key text GENERATED ALWAYS AS (lower(model COLLATE "pg_c_utf8")) STORED,
    serial_key text GENERATED ALWAYS AS (lower(serial COLLATE "pg_c_utf8")) STORED,
    users_key text GENERATED ALWAYS AS (lower(users COLLATE "pg_c_utf8")) STORED,
    address_key text GENERATED ALWAYS AS (encode(inet_send(address::inet), 'hex')) STORED
) WITH (fillfactor = 80);
CREATE INDEX device_summaries_organization ON device_summaries (partner_id, organization_key, device_id);
CREATE INDEX device_summaries_site ON device_summaries (partner_id, site_key, device_id);
CREATE INDEX device_summaries_os ON device_summaries (partner_id, os_key, device_id);
CREATE INDEX device_summaries_tags ON device_summaries (partner_id, tags_key, device_id);
CREATE INDEX device_summaries_model ON device_summaries (partner_id, model_key, device_id);
CREATE INDEX device_summaries_serial ON device_summaries (partner_id, serial_key, device_id);
CREATE INDEX device_summaries_users ON device_summaries (partner_id, users_key, device_id);
CREATE INDEX device_summaries_address ON device_summaries (partner_id, address_key, device_id);
CREATE INDEX device_summaries_updates ON device_summaries (partner_id, updates, device_id);
CREATE INDEX device_summaries_in_organization ON device_summaries (organization_id);
CREATE INDEX device_summaries_in_site ON device_summaries (site_id);

SELECT breeze_protect_system('device_summaries');
CREATE POLICY tenant ON device_summaries FOR ALL TO breeze_app
    USING (partner_id = (SELECT breeze_partner())
        AND ((SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[]))
        AND ((SELECT breeze_sites()) IS NULL OR site_id = ANY ((SELECT breeze_sites())::uuid[])));
GRANT SELECT ON device_summaries TO breeze_app;

-- The orders of devices' own columns, with the id that makes each place one of a kind.
DROP INDEX devices_partner_status, devices_partner_name_key;
CREATE INDEX devices_partner_name_key ON devices (partner_id, name_key, id);
CREATE INDEX devices_partner_status ON devices (partner_id, status, id);
CREATE INDEX devices_partner_os_version ON devices (partner_id, os_version_key, id);
CREATE INDEX devices_partner_agent_version ON devices (partner_id, agent_version_key, id);
CREATE INDEX devices_partner_enrolled ON devices (partner_id, enrolled_at, id);

-- The functions below run as the owner, whom forced row-level security binds as well.
CREATE POLICY owner_list ON devices FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON organizations FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON sites FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON device_presence FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON device_hardware FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON device_network FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON device_sessions FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON device_inventory FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON device_updates FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_list ON device_summaries FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true);

-- Writes what stands about the devices now, where it is something else. In the order of the ids, so that two batches never wait for each other crosswise.
CREATE FUNCTION breeze_summarize(ids uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO device_summaries AS old (device_id, partner_id, organization_id, site_id, organization, site, os, tags, manufacturer, model, serial, users, address, updates)
    SELECT d.id, d.partner_id, d.organization_id, d.site_id, o.name, s.name, nullif(left(d.os_name, 200), ''), nullif(left(array_to_string(d.tags, ', '), 200), ''),
        nullif(left(h.manufacturer, 200), ''), nullif(left(h.model, 200), ''), nullif(left(h.serial_number, 200), ''),
        (SELECT left(string_agg(DISTINCT u.user_name, ', ' ORDER BY u.user_name), 200) FROM device_sessions u WHERE u.device_id = d.id),
        -- The address that a technician would type: of IPv4 before IPv6, and none that means nothing beyond the device.
        (SELECT host(i.address) FROM (
            SELECT a.text::inet AS address, n.name FROM device_network n, LATERAL (SELECT split_part(split_part(e, '%', 1), '/', 1) AS text FROM unnest(n.addresses) AS e) a
            WHERE n.device_id = d.id AND pg_input_is_valid(a.text, 'inet')) i
         WHERE NOT i.address <<= ANY ('{127.0.0.0/8,169.254.0.0/16,::1,fe80::/10}'::inet[])
         ORDER BY family(i.address), i.name, i.address LIMIT 1),
        CASE WHEN EXISTS (SELECT 1 FROM device_inventory i WHERE i.device_id = d.id AND i.kind = 'patches')
              OR EXISTS (SELECT 1 FROM device_updates u WHERE u.device_id = d.id) THEN (SELECT count(*) FROM device_updates u WHERE u.device_id = d.id) END
    FROM devices d JOIN organizations o ON o.id = d.organization_id JOIN sites s ON s.id = d.site_id LEFT JOIN device_hardware h ON h.device_id = d.id
    WHERE d.id = ANY (ids) ORDER BY d.id
    ON CONFLICT (device_id) DO UPDATE SET
        partner_id = excluded.partner_id, organization_id = excluded.organization_id, site_id = excluded.site_id, organization = excluded.organization, site = excluded.site,
        os = excluded.os, tags = excluded.tags, manufacturer = excluded.manufacturer, model = excluded.model, serial = excluded.serial, users = excluded.users,
        address = excluded.address, updates = excluded.updates
    WHERE (old.partner_id, old.organization_id, old.site_id, old.organization, old.site, old.os, old.tags, old.manufacturer, old.model, old.serial, old.users, old.address, old.updates)
        IS DISTINCT FROM (excluded.partner_id, excluded.organization_id, excluded.site_id, excluded.organization, excluded.site, excluded.os, excluded.tags,
            excluded.manufacturer, excluded.model, excluded.serial, excluded.users, excluded.address, excluded.updates)
$$;

-- For the rows of a statement that carry the device's id.
CREATE FUNCTION breeze_summarize_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM breeze_summarize(ARRAY(SELECT DISTINCT c.device_id FROM changed c));
    RETURN NULL;
END $$;
CREATE FUNCTION breeze_summarize_devices() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM breeze_summarize(ARRAY(SELECT c.id FROM changed c));
    RETURN NULL;
END $$;
CREATE FUNCTION breeze_summarize_device() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM breeze_summarize(ARRAY[new.id]);
    RETURN NULL;
END $$;
CREATE FUNCTION breeze_summarize_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF tg_table_name = 'organizations' THEN
        UPDATE device_summaries SET organization = new.name WHERE organization_id = new.id;
    ELSE
        UPDATE device_summaries SET site = new.name WHERE site_id = new.id;
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION breeze_summarize(uuid[]), breeze_summarize_changed(), breeze_summarize_devices(), breeze_summarize_device(), breeze_summarize_names() FROM PUBLIC;

CREATE TRIGGER summarize_insert AFTER INSERT ON devices REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION breeze_summarize_devices();
CREATE TRIGGER summarize_update AFTER UPDATE OF organization_id, site_id, os_name, tags ON devices FOR EACH ROW
    WHEN (old.organization_id <> new.organization_id OR old.site_id <> new.site_id OR old.os_name <> new.os_name OR old.tags <> new.tags) EXECUTE FUNCTION breeze_summarize_device();
CREATE TRIGGER summarize_names AFTER UPDATE OF name ON organizations FOR EACH ROW WHEN (old.name <> new.name) EXECUTE FUNCTION breeze_summarize_names();
CREATE TRIGGER summarize_names AFTER UPDATE OF name ON sites FOR EACH ROW WHEN (old.name <> new.name) EXECUTE FUNCTION breeze_summarize_names();

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['device_hardware', 'device_network', 'device_sessions', 'device_updates'] LOOP
        EXECUTE format('CREATE TRIGGER summarize_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION breeze_summarize_changed()', t);
        EXECUTE format('CREATE TRIGGER summarize_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION breeze_summarize_changed()', t);
        EXECUTE format('CREATE TRIGGER summarize_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION breeze_summarize_changed()', t);
    END LOOP;
END $$;
-- A list of updates that is empty writes no row of it, and says that none is pending.
CREATE TRIGGER summarize_insert AFTER INSERT ON device_inventory REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION breeze_summarize_changed();

-- The next devices of the caller's own partner in an order; in a second round those without a value. A definer function for two reasons. Under row-level security the planner
-- takes the partner's devices for few and sorts all of them where an index has them in order. And the readings that each heartbeat writes have no index, or each heartbeat
-- would maintain it: the narrow table is read through, which would look up each row in devices first. The caller's query then meets the answer with the rows that it may see.
CREATE FUNCTION breeze_next_devices(sort text, custom text, descending boolean, empty boolean, after_key text, after_id uuid, wanted integer)
RETURNS TABLE (device_id uuid, sort_key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partner uuid := breeze_partner();
    kind text := CASE WHEN sort IN ('cpu', 'memory', 'disk') THEN 'real' WHEN sort IN ('last_seen_at', 'booted_at', 'enrolled_at') THEN 'timestamptz' WHEN sort = 'updates' THEN 'integer' ELSE 'text' END;
    -- A reading of a device that is away says nothing about now.
    away text := CASE WHEN sort IN ('cpu', 'memory', 'disk', 'booted_at') THEN 'd.status NOT IN (''online'', ''maintenance'')' ELSE 'false' END;
    sign text := CASE WHEN descending THEN '<' ELSE '>' END;
    direction text := CASE WHEN descending THEN 'DESC' ELSE 'ASC' END;
    source text;
    id text;
    key text;
    lot integer := 20 * wanted;
    ids uuid[];
    keys text[];
    read integer;
BEGIN
    CASE
        WHEN sort IN ('name_key', 'status', 'os_version_key', 'agent_version_key', 'enrolled_at') THEN
            source := 'devices d'; id := 'd.id'; key := 'd.' || sort;
        WHEN sort = 'custom' THEN
            source := 'devices d'; id := 'd.id'; key := format('left(lower(d.custom_fields ->> %L), 200)', custom);
        WHEN sort IN ('organization_key', 'site_key', 'os_key', 'tags_key', 'model_key', 'serial_key', 'users_key', 'address_key', 'updates') THEN
            source := 'device_summaries d'; id := 'd.device_id'; key := 'd.' || sort;
        WHEN kind = 'real' THEN
            key := format('nullif(p.%I, ''NaN'')', sort);
        WHEN kind = 'timestamptz' THEN
            key := format('p.%I', sort);
        ELSE
            RAISE EXCEPTION 'There is no order by %.', sort;
    END CASE;
    IF source IS NOT NULL THEN
        RETURN QUERY EXECUTE format(
            'SELECT %1$s, (%2$s)::text FROM %3$s WHERE d.partner_id = $1 AND %2$s IS %4$s NULL AND %5$s ORDER BY %2$s %6$s, %1$s %6$s LIMIT $4',
            id, key, source, CASE WHEN empty THEN '' ELSE 'NOT' END,
            -- Written out only where it is needed: an OR would keep the index from starting there.
            CASE WHEN after_id IS NULL THEN 'true' WHEN empty THEN format('%s %s $3', id, sign) ELSE format('(%s, %s) %s ($2::%s, $3)', key, id, sign, kind) END, direction)
        USING partner, after_key, after_id, wanted;
        RETURN;
    END IF;
    IF empty THEN
        RETURN QUERY EXECUTE format(
            'SELECT d.id, NULL::text FROM devices d LEFT JOIN device_presence p ON p.device_id = d.id
             WHERE d.partner_id = $1 AND (%1$s IS NULL OR %2$s) AND %3$s ORDER BY d.id %4$s LIMIT $3',
            key, away, CASE WHEN after_id IS NULL THEN 'true' ELSE format('d.id %s $2', sign) END, direction)
        USING partner, after_id, wanted;
        RETURN;
    END IF;
    LOOP
        -- The sub-select reads the place once; a text becomes a moment anew for each row otherwise.
        EXECUTE format(
            'WITH top AS MATERIALIZED (SELECT p.device_id, %1$s AS key FROM device_presence p WHERE %1$s IS NOT NULL AND %2$s ORDER BY %1$s %3$s, p.device_id %3$s LIMIT $4),
             mine AS (SELECT t.device_id, t.key FROM top t JOIN devices d ON d.id = t.device_id WHERE d.partner_id = $1 AND NOT (%4$s) ORDER BY t.key %3$s, t.device_id %3$s LIMIT $5)
             SELECT array_agg(m.device_id ORDER BY m.key %3$s, m.device_id %3$s), array_agg(m.key::text ORDER BY m.key %3$s, m.device_id %3$s), (SELECT count(*) FROM top) FROM mine m',
            key, CASE WHEN after_id IS NULL THEN 'true' ELSE format('(%s, p.device_id) %s ((SELECT $2::%s), $3)', key, sign, kind) END, direction, away)
        INTO ids, keys, read USING partner, after_key, after_id, lot, wanted;
        EXIT WHEN cardinality(ids) >= wanted OR read < lot OR lot IS NULL;
        lot := NULL;
    END LOOP;
    RETURN QUERY SELECT * FROM unnest(ids, keys);
END $$;
REVOKE EXECUTE ON FUNCTION breeze_next_devices(text, text, boolean, boolean, text, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION breeze_next_devices(text, text, boolean, boolean, text, uuid, integer) TO breeze_app;

SELECT breeze_summarize(ARRAY(SELECT id FROM devices));
