-- The orders of the device list that were read through whole: by status, by last contact, by a custom field; and those of people who reach a part of the partner.

-- The id makes each place one of a kind; what is included lets the dashboard count by status from the index alone.
DROP INDEX devices_partner_status;
CREATE INDEX devices_partner_status ON devices (partner_id, status, id) INCLUDE (organization_id, site_id);

-- The values of custom fields as lists order by them, one row each, kept by triggers. What is longer than any field's name is no order.
CREATE TABLE device_custom_values (
    device_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    site_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    value_key text NOT NULL CHECK (length(value_key) <= 200),
    PRIMARY KEY (device_id, name),
    FOREIGN KEY (device_id, partner_id, organization_id, site_id) REFERENCES devices (id, partner_id, organization_id, site_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX device_custom_values_order ON device_custom_values (partner_id, name, value_key, device_id);
SELECT breeze_protect_system('device_custom_values');
DO $$
BEGIN
    EXECUTE format('CREATE POLICY tenant ON device_custom_values FOR ALL TO breeze_app USING (%1$s) WITH CHECK (%1$s)',
        (SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'devices'::regclass AND polname = 'tenant'));
END $$;
GRANT SELECT ON device_custom_values TO breeze_app;
CREATE POLICY owner_list ON device_custom_values FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true);

-- Writes what stands in the devices' fields now, where it is something else.
CREATE FUNCTION breeze_keep_custom_values(ids uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM device_custom_values c USING devices d WHERE c.device_id = ANY (ids) AND d.id = c.device_id AND d.custom_fields ->> c.name IS NULL;
    INSERT INTO device_custom_values AS old (device_id, partner_id, organization_id, site_id, name, value_key)
    SELECT d.id, d.partner_id, d.organization_id, d.site_id, f.key, left(lower(f.value COLLATE "pg_c_utf8"), 200) FROM devices d CROSS JOIN LATERAL jsonb_each_text(d.custom_fields) f
    WHERE d.id = ANY (ids) AND f.value IS NOT NULL AND length(f.key) BETWEEN 1 AND 64 ORDER BY d.id, f.key
    ON CONFLICT (device_id, name) DO UPDATE SET value_key = excluded.value_key WHERE old.value_key <> excluded.value_key
$$;
CREATE FUNCTION breeze_custom_values_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM breeze_keep_custom_values(ARRAY(SELECT c.id FROM changed c WHERE c.custom_fields <> '{}'));
    RETURN NULL;
END $$;
CREATE FUNCTION breeze_custom_values_updated() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM breeze_keep_custom_values(ARRAY[new.id]);
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION breeze_keep_custom_values(uuid[]), breeze_custom_values_inserted(), breeze_custom_values_updated() FROM PUBLIC;
CREATE TRIGGER custom_values_insert AFTER INSERT ON devices REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION breeze_custom_values_inserted();
CREATE TRIGGER custom_values_update AFTER UPDATE OF custom_fields ON devices FOR EACH ROW WHEN (old.custom_fields <> new.custom_fields) EXECUTE FUNCTION breeze_custom_values_updated();
SELECT breeze_keep_custom_values(ARRAY(SELECT id FROM devices WHERE custom_fields <> '{}'));
