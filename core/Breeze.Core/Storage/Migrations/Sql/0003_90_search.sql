-- The quick search over names, serial numbers, addresses and people. Row-level security lets an index serve only what leaks nothing, which LIKE is not among, and so
-- the search would read every device. Hence a definer function: it may use the indexes, and answers ids of the caller's own partner alone, which the caller's
-- query then meets with the rows that it may see.
CREATE INDEX device_sessions_search ON device_sessions USING gin (lower(user_name COLLATE "pg_c_utf8") gin_trgm_ops);
CREATE INDEX device_network_mac_search ON device_network USING gin (lower(mac COLLATE "pg_c_utf8") gin_trgm_ops);
CREATE INDEX device_services_key ON device_services (lower(name COLLATE "pg_c_utf8"), state);

-- The addresses of an interface as one text, for an index: an array has none for parts of its elements. A line feed is in no address.
CREATE FUNCTION breeze_lines(texts text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$ SELECT lower(array_to_string(texts, E'\n') COLLATE "pg_c_utf8") $$;
CREATE INDEX device_network_address_search ON device_network USING gin (breeze_lines(addresses) gin_trgm_ops);

-- The function runs as the owner, whom forced row-level security binds as well.
CREATE POLICY owner_search ON devices FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_search ON device_hardware FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_search ON device_network FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_search ON device_sessions FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION breeze_search_devices(pattern text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Planned anew for each pattern: a short one is better read through, a long one looked up.
    RETURN QUERY EXECUTE
        'SELECT d.id FROM devices d WHERE ($2 OR d.partner_id = $3) AND d.id IN (
            SELECT n.id FROM devices n WHERE n.hostname_key LIKE $1
            UNION ALL SELECT n.id FROM devices n WHERE n.name_key LIKE $1
            UNION ALL SELECT h.device_id FROM device_hardware h WHERE lower(h.serial_number COLLATE "pg_c_utf8") LIKE $1
            UNION ALL SELECT n.device_id FROM device_network n WHERE lower(n.mac COLLATE "pg_c_utf8") LIKE $1
            UNION ALL SELECT n.device_id FROM device_network n WHERE breeze_lines(n.addresses) LIKE $1
                AND EXISTS (SELECT 1 FROM unnest(n.addresses) AS i (address) WHERE lower(i.address COLLATE "pg_c_utf8") LIKE $1)
            UNION ALL SELECT u.device_id FROM device_sessions u WHERE lower(u.user_name COLLATE "pg_c_utf8") LIKE $1)'
    USING pattern, current_setting('role') = 'breeze_system', breeze_partner();
END $$;
REVOKE EXECUTE ON FUNCTION breeze_search_devices(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION breeze_search_devices(text) TO breeze_app, breeze_system;
