-- The three shapes of protection that later tables share with those of 0001_90 and 0002_90, as functions of the owner alone, so that a new table needs
-- one line. Each forces row-level security, lets the system role work and gives the runtime role what the shape allows.

-- A child of a device: who sees the device sees the row. The runtime role only reads it; agents' reports are the system's work.
CREATE FUNCTION breeze_protect_device_child(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM breeze_protect_system(t);
    EXECUTE format('CREATE POLICY tenant ON %s FOR ALL TO breeze_app USING (EXISTS (SELECT 1 FROM devices d WHERE d.id = %1$s.device_id))
                    WITH CHECK (EXISTS (SELECT 1 FROM devices d WHERE d.id = %1$s.device_id))', t);
    EXECUTE format('GRANT SELECT ON %s TO breeze_app', t);
END $$;

CREATE FUNCTION breeze_protect_system(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system ON %s FOR ALL TO breeze_system USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO breeze_system', t);
END $$;

REVOKE EXECUTE ON FUNCTION breeze_protect_device_child(regclass), breeze_protect_system(regclass) FROM PUBLIC;
