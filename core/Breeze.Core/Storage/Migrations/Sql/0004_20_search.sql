-- Devices by a part of one text, as breeze_search_devices finds them by any and for the same reason: row-level security lets an index serve only what leaks nothing, which LIKE
-- is not among. The ids are of the caller's own partner, and the caller's query meets them with the rows that it may see.
CREATE INDEX device_hardware_make ON device_hardware USING gin (lower(manufacturer COLLATE "pg_c_utf8") gin_trgm_ops, lower(model COLLATE "pg_c_utf8") gin_trgm_ops);
CREATE FUNCTION breeze_text_devices(field text, pattern text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    matches text;
BEGIN
    matches := CASE field
        WHEN 'name' THEN 'SELECT n.id FROM devices n WHERE n.name_key LIKE $1'
        WHEN 'hostname' THEN 'SELECT n.id FROM devices n WHERE n.hostname_key LIKE $1'
        WHEN 'serial' THEN 'SELECT h.device_id FROM device_hardware h WHERE lower(h.serial_number COLLATE "pg_c_utf8") LIKE $1'
        WHEN 'manufacturer' THEN 'SELECT h.device_id FROM device_hardware h WHERE lower(h.manufacturer COLLATE "pg_c_utf8") LIKE $1'
        WHEN 'model' THEN 'SELECT h.device_id FROM device_hardware h WHERE lower(h.model COLLATE "pg_c_utf8") LIKE $1'
        WHEN 'mac' THEN 'SELECT n.device_id FROM device_network n WHERE lower(n.mac COLLATE "pg_c_utf8") LIKE $1'
        WHEN 'user' THEN 'SELECT u.device_id FROM device_sessions u WHERE lower(u.user_name COLLATE "pg_c_utf8") LIKE $1' END;
    IF matches IS NULL THEN
        RAISE EXCEPTION 'There is no search in %.', field;
    END IF;
    -- Planned anew for each pattern: a short one is better read through, a long one looked up.
    RETURN QUERY EXECUTE format('SELECT d.id FROM devices d WHERE ($2 OR d.partner_id = $3) AND d.id IN (%s)', matches)
    USING pattern, current_setting('role') = 'breeze_system', breeze_partner();
END $$;
REVOKE EXECUTE ON FUNCTION breeze_text_devices(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION breeze_text_devices(text, text) TO breeze_app, breeze_system;
