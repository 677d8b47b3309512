-- The tenant boundary of last resort. Two roles that own nothing and bypass nothing: breeze_app works for one principal, whose reach it is
-- told per connection; breeze_system does the server's own work. A row-level policy on every table, forced for the owner as well.

CREATE FUNCTION breeze_partner() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('breeze.partner', true), '')::uuid $$;

CREATE FUNCTION breeze_user() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('breeze.user', true), '')::uuid $$;

-- Null means all of the partner's; an empty array means none, which is also what a connection without context gets.
CREATE FUNCTION breeze_organizations() RETURNS uuid[] LANGUAGE sql STABLE AS
$$ SELECT CASE coalesce(current_setting('breeze.organizations', true), '')
       WHEN '*' THEN NULL WHEN '' THEN '{}'::uuid[] ELSE current_setting('breeze.organizations', true)::uuid[] END $$;

CREATE FUNCTION breeze_sites() RETURNS uuid[] LANGUAGE sql STABLE AS
$$ SELECT CASE coalesce(current_setting('breeze.sites', true), '')
       WHEN '*' THEN NULL WHEN '' THEN '{}'::uuid[] ELSE current_setting('breeze.sites', true)::uuid[] END $$;

DO $$
DECLARE
    t text;
    reads text;
    writes text;
BEGIN
    -- Tables with partner, organization and site.
    FOREACH t IN ARRAY ARRAY['devices', 'enrollment_keys'] LOOP
        reads := '(partner_id = (SELECT breeze_partner())
            AND ((SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[]))
            AND ((SELECT breeze_sites()) IS NULL OR site_id = ANY ((SELECT breeze_sites())::uuid[])))';
        EXECUTE format('CREATE POLICY tenant ON %I FOR ALL TO breeze_app USING (%s) WITH CHECK (%s)', t, reads, reads);
    END LOOP;

    -- Sites: the site scope applies to their own id.
    reads := '(partner_id = (SELECT breeze_partner())
        AND ((SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[]))
        AND ((SELECT breeze_sites()) IS NULL OR id = ANY ((SELECT breeze_sites())::uuid[])))';
    EXECUTE format('CREATE POLICY tenant ON sites FOR ALL TO breeze_app USING (%s) WITH CHECK (%s)', reads, reads);

    -- Rows of a device that carry the organization: the device's own policy adds the site.
    FOREACH t IN ARRAY ARRAY['device_commands', 'script_executions', 'alerts', 'remote_sessions'] LOOP
        reads := '(partner_id = (SELECT breeze_partner())
            AND ((SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[]))
            AND ((SELECT breeze_sites()) IS NULL OR EXISTS (SELECT 1 FROM devices d WHERE d.id = device_id)))';
        EXECUTE format('CREATE POLICY tenant ON %I FOR ALL TO breeze_app USING (%s) WITH CHECK (%s)', t, reads, reads);
    END LOOP;

    -- Children of a device.
    FOREACH t IN ARRAY ARRAY['device_presence', 'device_inventory', 'device_hardware', 'device_network', 'device_software',
                             'device_metrics', 'device_plugins', 'command_results', 'device_group_members', 'policy_compliance'] LOOP
        reads := format('(EXISTS (SELECT 1 FROM devices d WHERE d.id = %I.device_id))', t);
        EXECUTE format('CREATE POLICY tenant ON %I FOR ALL TO breeze_app USING (%s) WITH CHECK (%s)', t, reads, reads);
    END LOOP;

    -- Definitions of a partner or of one organization: everybody below reads the partner's, who is limited to organizations writes only theirs.
    FOREACH t IN ARRAY ARRAY['device_groups', 'scripts', 'automations', 'automation_runs', 'policies', 'alert_rules', 'notification_channels'] LOOP
        reads := '(partner_id = (SELECT breeze_partner()) AND (organization_id IS NULL
            OR (SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])))';
        writes := '(partner_id = (SELECT breeze_partner()) AND ((SELECT breeze_organizations()) IS NULL
            OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])))';
        EXECUTE format('CREATE POLICY tenant_read ON %I FOR SELECT TO breeze_app USING (%s)', t, reads);
        EXECUTE format('CREATE POLICY tenant_insert ON %I FOR INSERT TO breeze_app WITH CHECK (%s)', t, writes);
        EXECUTE format('CREATE POLICY tenant_update ON %I FOR UPDATE TO breeze_app USING (%s) WITH CHECK (%s)', t, writes, writes);
        EXECUTE format('CREATE POLICY tenant_delete ON %I FOR DELETE TO breeze_app USING (%s)', t, writes);
    END LOOP;
END $$;

CREATE POLICY tenant ON partners FOR SELECT TO breeze_app USING (id = breeze_partner());
CREATE POLICY tenant_update ON partners FOR UPDATE TO breeze_app
    USING (id = breeze_partner() AND breeze_organizations() IS NULL) WITH CHECK (id = breeze_partner());

CREATE POLICY tenant ON organizations FOR ALL TO breeze_app
    USING (partner_id = (SELECT breeze_partner())
        AND ((SELECT breeze_organizations()) IS NULL OR id = ANY ((SELECT breeze_organizations())::uuid[])))
    WITH CHECK (partner_id = (SELECT breeze_partner())
        AND ((SELECT breeze_organizations()) IS NULL OR id = ANY ((SELECT breeze_organizations())::uuid[])));

CREATE POLICY tenant ON partner_users FOR ALL TO breeze_app
    USING (partner_id = breeze_partner() AND (breeze_organizations() IS NULL OR user_id = breeze_user()))
    WITH CHECK (partner_id = breeze_partner() AND breeze_organizations() IS NULL);
CREATE POLICY tenant ON organization_users FOR ALL TO breeze_app
    USING (partner_id = breeze_partner() AND (breeze_organizations() IS NULL OR organization_id = ANY (breeze_organizations())))
    WITH CHECK (partner_id = breeze_partner() AND (breeze_organizations() IS NULL OR organization_id = ANY (breeze_organizations())));
CREATE POLICY tenant_read ON roles FOR SELECT TO breeze_app USING (partner_id IS NULL OR partner_id = breeze_partner());
CREATE POLICY tenant_write ON roles FOR ALL TO breeze_app
    USING (partner_id = breeze_partner() AND breeze_organizations() IS NULL)
    WITH CHECK (partner_id = breeze_partner() AND breeze_organizations() IS NULL);
-- A person is visible to those who share a tenant with them. Sign-in itself is the system's work.
CREATE POLICY tenant ON users FOR SELECT TO breeze_app
    USING (id = breeze_user()
        OR EXISTS (SELECT 1 FROM partner_users m WHERE m.user_id = users.id)
        OR EXISTS (SELECT 1 FROM organization_users m WHERE m.user_id = users.id));
CREATE POLICY own_row ON users FOR UPDATE TO breeze_app USING (id = breeze_user()) WITH CHECK (id = breeze_user());

CREATE POLICY tenant_read ON audit_logs FOR SELECT TO breeze_app
    USING (partner_id = breeze_partner()
        AND (breeze_organizations() IS NULL OR organization_id = ANY (breeze_organizations())));
CREATE POLICY tenant_append ON audit_logs FOR INSERT TO breeze_app
    WITH CHECK (partner_id = breeze_partner()
        AND (organization_id IS NULL OR breeze_organizations() IS NULL OR organization_id = ANY (breeze_organizations())));

-- What the platform shares with all tenants: names and states, no tenant's data.
CREATE POLICY read_all ON metric_definitions FOR SELECT TO breeze_app USING (true);
CREATE POLICY read_all ON plugins FOR SELECT TO breeze_app USING (true);
CREATE POLICY read_all ON plugin_packages FOR SELECT TO breeze_app USING (true);
CREATE POLICY read_all ON trusted_publishers FOR SELECT TO breeze_app USING (true);

DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
             AND NOT c.relispartition AND c.relname <> '__ef_migrations_history' LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t.relname);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t.relname);
        EXECUTE format('CREATE POLICY system ON %I FOR ALL TO breeze_system USING (true) WITH CHECK (true)', t.relname);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO breeze_system', t.relname);
    END LOOP;
END $$;

-- The definer functions run as the owner, whom forced row-level security binds as well.
CREATE POLICY owner_chain ON audit_logs FOR SELECT TO CURRENT_USER USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON
    organizations, sites, devices, device_groups, device_group_members, device_commands, enrollment_keys, partner_users, organization_users, roles,
    scripts, script_executions, automations, automation_runs, policies, policy_compliance, alert_rules, alerts, notification_channels,
    remote_sessions TO breeze_app;
GRANT SELECT ON
    partners, users, device_presence, device_inventory, device_hardware, device_network, device_software, device_metrics, device_plugins, command_results,
    metric_definitions, plugins, trusted_publishers TO breeze_app;
GRANT SELECT (hash, plugin_id, name, version, signer, manifest, catalog, file_sha256, size, source, imported_at) ON plugin_packages TO breeze_app;
GRANT UPDATE (name, settings, metric_retention_days, updated_at) ON partners TO breeze_app;
GRANT UPDATE (display_name, preferences, updated_at) ON users TO breeze_app;
GRANT SELECT, INSERT ON audit_logs TO breeze_app;
REVOKE UPDATE, DELETE ON audit_logs FROM breeze_system;

REVOKE EXECUTE ON FUNCTION breeze_ensure_metric_partition(date), breeze_drop_metric_partitions(date), breeze_audit_append() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION breeze_ensure_metric_partition(date), breeze_drop_metric_partitions(date) TO breeze_system;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO breeze_app, breeze_system;
