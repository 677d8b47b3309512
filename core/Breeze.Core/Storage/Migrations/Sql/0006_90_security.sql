SELECT breeze_protect_system(t::regclass) FROM unnest('{alert_rule_versions,incidents,alert_events,escalation_policies,notification_routes,notifications,alert_links,alert_settings}'::text[]) AS t;

CREATE POLICY tenant ON alert_rule_versions FOR SELECT TO breeze_app USING (EXISTS (SELECT 1 FROM alert_rules r WHERE r.id = rule_id));
CREATE POLICY tenant_append ON alert_rule_versions FOR INSERT TO breeze_app WITH CHECK (EXISTS (SELECT 1 FROM alert_rules r WHERE r.id = rule_id));
GRANT SELECT, INSERT ON alert_rule_versions TO breeze_app;

-- A partner's definitions as in 0001_90: everybody below reads the partner's, who is limited to organizations writes only theirs.
DO $$
DECLARE
    t text;
    reads text := '(partner_id = (SELECT breeze_partner()) AND (organization_id IS NULL
        OR (SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])))';
    writes text := '(partner_id = (SELECT breeze_partner()) AND ((SELECT breeze_organizations()) IS NULL
        OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])))';
BEGIN
    FOREACH t IN ARRAY ARRAY['escalation_policies', 'notification_routes'] LOOP
        EXECUTE format('CREATE POLICY tenant_read ON %I FOR SELECT TO breeze_app USING (%s)', t, reads);
        EXECUTE format('CREATE POLICY tenant_insert ON %I FOR INSERT TO breeze_app WITH CHECK (%s)', t, writes);
        EXECUTE format('CREATE POLICY tenant_update ON %I FOR UPDATE TO breeze_app USING (%s) WITH CHECK (%s)', t, writes, writes);
        EXECUTE format('CREATE POLICY tenant_delete ON %I FOR DELETE TO breeze_app USING (%s)', t, writes);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO breeze_app', t);
    END LOOP;
END $$;

-- What happened is read by whoever sees the alert, and written by those who act on it.
CREATE POLICY tenant ON alert_events FOR SELECT TO breeze_app USING (partner_id = (SELECT breeze_partner()) AND EXISTS (SELECT 1 FROM alerts a WHERE a.id = alert_id));
CREATE POLICY tenant_append ON alert_events FOR INSERT TO breeze_app
    WITH CHECK (partner_id = (SELECT breeze_partner()) AND EXISTS (SELECT 1 FROM alerts a WHERE a.id = alert_id AND a.partner_id = alert_events.partner_id));
GRANT SELECT, INSERT ON alert_events TO breeze_app;

-- An incident of the partner's as a whole may name organizations that a limited person does not see.
CREATE POLICY tenant ON incidents FOR SELECT TO breeze_app USING (partner_id = (SELECT breeze_partner())
    AND ((SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])));
GRANT SELECT ON incidents TO breeze_app;

-- The delivery log: of alerts within reach, and of channels that may be changed.
CREATE POLICY tenant ON notifications FOR SELECT TO breeze_app USING (partner_id = (SELECT breeze_partner()) AND ((SELECT breeze_organizations()) IS NULL
    OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])) AND (alert_id IS NULL OR EXISTS (SELECT 1 FROM alerts a WHERE a.id = alert_id)));
GRANT SELECT ON notifications TO breeze_app;

-- Secrets of channels are written and never read again but by the server itself.
REVOKE SELECT, INSERT, UPDATE ON notification_channels FROM breeze_app;
GRANT SELECT (id, partner_id, organization_id, name, type, enabled, settings, secrets_set, rate_per_minute, failing_since, last_error, last_delivered_at, created_by, created_at, updated_at),
    INSERT (id, partner_id, organization_id, name, type, enabled, settings, secrets, secrets_set, rate_per_minute, created_by, created_at, updated_at),
    UPDATE (name, enabled, settings, secrets, secrets_set, rate_per_minute, updated_at) ON notification_channels TO breeze_app;
