-- The policies of the new tables. Sessions, codes, resets and links are the system's own work; a person's view of them goes through it.
CREATE POLICY tenant ON invitations FOR ALL TO breeze_app
    USING (partner_id = breeze_partner() AND (breeze_organizations() IS NULL OR organization_id = ANY (breeze_organizations())))
    WITH CHECK (partner_id = breeze_partner() AND (breeze_organizations() IS NULL OR organization_id = ANY (breeze_organizations())));
CREATE POLICY tenant ON sso_providers FOR ALL TO breeze_app
    USING (partner_id = breeze_partner() AND breeze_organizations() IS NULL)
    WITH CHECK (partner_id = breeze_partner() AND breeze_organizations() IS NULL);
-- One's own keys; a partner's administrators see those of all.
CREATE POLICY tenant ON api_keys FOR ALL TO breeze_app
    USING (partner_id = breeze_partner() AND (user_id = breeze_user() OR breeze_organizations() IS NULL))
    WITH CHECK (partner_id = breeze_partner() AND (user_id = breeze_user() OR breeze_organizations() IS NULL));
CREATE POLICY tenant ON access_denials FOR ALL TO breeze_app
    USING (partner_id = breeze_partner() AND breeze_organizations() IS NULL)
    WITH CHECK (partner_id = breeze_partner() AND breeze_organizations() IS NULL);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['user_sessions', 'user_recovery_codes', 'user_passkeys', 'password_resets', 'invitations', 'sso_providers', 'sso_links',
                             'api_keys', 'access_denials'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY system ON %I FOR ALL TO breeze_system USING (true) WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO breeze_system', t);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON invitations, access_denials TO breeze_app;
-- Everything but the hash.
GRANT SELECT (id, partner_id, user_id, membership_id, name, hint, permissions, allowed_addresses, created_at, expires_at, last_used_at, last_used_address, revoked_at),
    INSERT, UPDATE (revoked_at) ON api_keys TO breeze_app;
-- Everything but the secret, which is written and not read.
GRANT SELECT (id, partner_id, slug, name, authority, client_id, allowed_domains, role_claim, role_mapping, default_role_id, enabled, created_at, updated_at),
    INSERT, UPDATE, DELETE ON sso_providers TO breeze_app;
-- A grant by column, so that a partner cannot make itself the platform or lift its own limit. Status and limits are the platform's to set.
GRANT UPDATE (require_mfa, mass_command_limit) ON partners TO breeze_app;
