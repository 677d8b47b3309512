-- The next devices in an order, as 0003_60 has it, with two things more: of the last contact and of custom fields the first are read from an index, and whoever reaches
-- a part of the partner is answered devices of that part alone, so that the planner can begin with the part where it is small. Their rows meet the policies afterwards
-- in any case.
CREATE OR REPLACE FUNCTION breeze_next_devices(sort text, custom text, descending boolean, empty boolean, after_key text, after_id uuid, wanted integer)
RETURNS TABLE (device_id uuid, sort_key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partner uuid := breeze_partner();
    organizations uuid[] := breeze_organizations();
    sites uuid[] := breeze_sites();
    kind text := CASE WHEN sort IN ('cpu', 'memory', 'disk') THEN 'real' WHEN sort IN ('last_seen_at', 'booted_at', 'enrolled_at') THEN 'timestamptz' WHEN sort = 'updates' THEN 'integer' ELSE 'text' END;
    -- A reading of a device that is away says nothing about now.
    away text := CASE WHEN sort IN ('cpu', 'memory', 'disk', 'booted_at') THEN 'd.status NOT IN (''online'', ''maintenance'')' END;
    sign text := CASE WHEN descending THEN '<' ELSE '>' END;
    direction text := CASE WHEN descending THEN 'DESC' ELSE 'ASC' END;
    -- Of the table r; written out only where there is a limit, so that the planner sees what is asked.
    reach text := 'r.partner_id = $1' || CASE WHEN organizations IS NULL THEN '' ELSE ' AND r.organization_id = ANY ($5)' END || CASE WHEN sites IS NULL THEN '' ELSE ' AND r.site_id = ANY ($6)' END;
    source text;
    id text := 'r.device_id';
    key text;
    -- Whether there is a value.
    valued text;
    after text;
    lot integer := 6 * wanted;
    ids uuid[];
    keys text[];
    read integer;
BEGIN
    CASE
        WHEN sort IN ('name_key', 'status', 'os_version_key', 'agent_version_key', 'enrolled_at') THEN
            source := 'devices r'; id := 'r.id'; key := 'r.' || sort;
        WHEN sort IN ('organization_key', 'site_key', 'os_key', 'tags_key', 'model_key', 'serial_key', 'users_key', 'address_key', 'updates') THEN
            source := 'device_summaries r'; key := 'r.' || sort;
        WHEN sort = 'custom' THEN
            source := 'device_custom_values r'; key := 'r.value_key'; reach := reach || format(' AND r.name = %L', custom);
        WHEN kind = 'real' THEN
            -- A not-a-number would come after all numbers and is none.
            source := 'device_presence r'; key := 'r.' || sort; valued := key || ' <> ''NaN''';
        WHEN kind = 'timestamptz' THEN
            source := 'device_presence r'; key := 'r.' || sort;
        ELSE
            RAISE EXCEPTION 'There is no order by %.', sort;
    END CASE;
    valued := coalesce(valued, key || ' IS NOT NULL');
    -- Only where it is needed: an OR would keep an index from starting there. The sub-select reads the place once; a text becomes a moment anew for each row otherwise.
    after := CASE WHEN after_id IS NULL THEN 'true' WHEN empty THEN format('%s %s $3', id, sign) ELSE format('(%s, %s) %s ((SELECT $2::%s), $3)', key, id, sign, kind) END;
    IF source IN ('devices r', 'device_summaries r') THEN
        RETURN QUERY EXECUTE format('SELECT %1$s, (%2$s)::text FROM %3$s WHERE %4$s AND %2$s IS %5$s NULL AND %6$s ORDER BY %2$s %7$s, %1$s %7$s LIMIT $4',
            id, key, source, reach, CASE WHEN empty THEN '' ELSE 'NOT' END, after, direction)
        USING partner, after_key, after_id, wanted, organizations, sites;
    ELSIF empty THEN
        -- Those of all the partner's devices that have no row with a value.
        RETURN QUERY EXECUTE format(
            'SELECT r.id, NULL::text FROM devices r WHERE %1$s AND NOT EXISTS (SELECT 1 FROM %2$s WHERE x.device_id = r.id AND %3$s) AND %4$s ORDER BY r.id %5$s LIMIT $4',
            replace(reach, format(' AND r.name = %L', custom), ''), replace(source, ' r', ' x'),
            replace(valued, 'r.', 'x.') || CASE WHEN sort = 'custom' THEN format(' AND x.name = %L', custom) WHEN away IS NULL THEN '' ELSE ' AND NOT (' || replace(away, 'd.', 'r.') || ')' END,
            CASE WHEN after_id IS NULL THEN 'true' ELSE format('r.id %s $3', sign) END, direction)
        USING partner, after_key, after_id, wanted, organizations, sites;
    ELSIF away IS NULL THEN
        IF sort = 'last_seen_at' AND NOT descending THEN
            -- Who was last seen on a day before today is in an index by day.
            RETURN QUERY EXECUTE format(
                'SELECT n.device_id, n.last_seen_at::text FROM (SELECT r.device_id, r.last_seen_at FROM device_presence r
                     WHERE %1$s AND r.last_seen_day < date_bin(''1 day'', now(), ''2000-01-01 00:00:00+00'') %2$s AND %3$s ORDER BY r.last_seen_day, r.last_seen_at, r.device_id LIMIT $4) n',
                reach, CASE WHEN after_id IS NULL THEN '' ELSE 'AND r.last_seen_day >= date_bin(''1 day'', (SELECT $2::timestamptz), ''2000-01-01 00:00:00+00'')' END, after)
            USING partner, after_key, after_id, wanted, organizations, sites;
            GET DIAGNOSTICS read = ROW_COUNT;
            wanted := wanted - read;
            IF wanted = 0 THEN
                RETURN;
            END IF;
            reach := reach || ' AND r.last_seen_day >= date_bin(''1 day'', now(), ''2000-01-01 00:00:00+00'')';
        END IF;
        -- The place is written as text for the few that are left: outside, or it would be for each that is compared.
        RETURN QUERY EXECUTE format(
            'SELECT n.device_id, n.key::text FROM (SELECT r.device_id, %1$s AS key FROM %2$s WHERE %3$s AND %6$s AND %4$s ORDER BY %1$s %5$s, r.device_id %5$s LIMIT $4) n',
            key, source, reach, after, direction, valued)
        USING partner, after_key, after_id, wanted, organizations, sites;
    ELSE
        LOOP
            EXECUTE format(
                'WITH top AS MATERIALIZED (SELECT r.device_id, %1$s AS key FROM device_presence r WHERE %2$s AND %6$s AND %3$s ORDER BY %1$s %4$s, r.device_id %4$s LIMIT $7),
                 mine AS (SELECT t.device_id, t.key FROM top t JOIN devices d ON d.id = t.device_id WHERE NOT (%5$s) ORDER BY t.key %4$s, t.device_id %4$s LIMIT $4)
                 SELECT array_agg(m.device_id ORDER BY m.key %4$s, m.device_id %4$s), array_agg(m.key::text ORDER BY m.key %4$s, m.device_id %4$s), (SELECT count(*) FROM top) FROM mine m',
                key, reach, after, direction, away, valued)
            INTO ids, keys, read USING partner, after_key, after_id, wanted, organizations, sites, lot;
            EXIT WHEN cardinality(ids) >= wanted OR read < lot OR lot IS NULL;
            lot := CASE WHEN lot < 100 * wanted THEN 120 * wanted END;
        END LOOP;
        RETURN QUERY SELECT * FROM unnest(ids, keys);
    END IF;
END $$;
