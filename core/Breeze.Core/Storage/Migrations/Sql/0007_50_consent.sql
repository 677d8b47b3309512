-- Whether people at devices are asked before somebody works there from afar, or told. The most particular rule holds: of the organization before the partner's, then by the kind of device,
-- then by what is done. Without any they are told.
CREATE TABLE remote_consent (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    organization_id uuid,
    device_type text CHECK (device_type IN ('desktop', 'laptop', 'server', 'all-in-one', 'tablet', 'convertible', 'handheld')),
    kind text CHECK (kind IN ('terminal', 'files', 'desktop')),
    mode text NOT NULL CHECK (mode IN ('ask', 'notify', 'silent')),
    timeout_seconds integer NOT NULL DEFAULT 30 CHECK (timeout_seconds BETWEEN 10 AND 300),
    on_timeout text NOT NULL DEFAULT 'deny' CHECK (on_timeout IN ('allow', 'deny')),
    when_nobody text NOT NULL DEFAULT 'allow' CHECK (when_nobody IN ('allow', 'deny')),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id) ON DELETE CASCADE,
    UNIQUE NULLS NOT DISTINCT (partner_id, organization_id, device_type, kind)
);
CREATE INDEX remote_consent_organization ON remote_consent (organization_id) WHERE organization_id IS NOT NULL;

SELECT breeze_protect_system('remote_consent');
-- Whoever begins a session is bound by what holds there; only who reaches all of the partner's organizations decides.
CREATE POLICY tenant_read ON remote_consent FOR SELECT TO breeze_app USING (partner_id = (SELECT breeze_partner())
    AND (organization_id IS NULL OR (SELECT breeze_organizations()) IS NULL OR organization_id = ANY ((SELECT breeze_organizations())::uuid[])));
CREATE POLICY tenant_insert ON remote_consent FOR INSERT TO breeze_app WITH CHECK (partner_id = (SELECT breeze_partner()) AND (SELECT breeze_organizations()) IS NULL);
CREATE POLICY tenant_delete ON remote_consent FOR DELETE TO breeze_app USING (partner_id = (SELECT breeze_partner()) AND (SELECT breeze_organizations()) IS NULL);
GRANT SELECT, INSERT, DELETE ON remote_consent TO breeze_app;

-- What held when a session was asked for, so that a rule that changes meanwhile does not, and what became of it.
ALTER TABLE remote_sessions
    ADD COLUMN consent_mode text CHECK (consent_mode IN ('ask', 'notify', 'silent')),
    ADD COLUMN consent_timeout_seconds integer CHECK (consent_timeout_seconds BETWEEN 10 AND 300),
    ADD COLUMN consent_on_timeout text CHECK (consent_on_timeout IN ('allow', 'deny')),
    ADD COLUMN consent_when_nobody text CHECK (consent_when_nobody IN ('allow', 'deny')),
    ADD COLUMN consent text CHECK (consent IN ('allowed', 'denied', 'timed_out', 'nobody', 'not_asked'));
