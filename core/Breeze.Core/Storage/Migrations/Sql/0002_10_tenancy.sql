-- Limits and rules of a tenant. The platform is the partner that set this install up: it alone manages partners and what runs in the server.
ALTER TABLE partners
    ADD COLUMN is_platform boolean NOT NULL DEFAULT false,
    ADD COLUMN max_devices integer CHECK (max_devices > 0),
    ADD COLUMN require_mfa boolean NOT NULL DEFAULT false,
    ADD COLUMN mass_command_limit integer NOT NULL DEFAULT 50 CHECK (mass_command_limit BETWEEN 1 AND 1000000),
    ADD COLUMN closed_at timestamptz;
UPDATE partners SET is_platform = true WHERE id = (SELECT id FROM partners ORDER BY created_at, id LIMIT 1);
CREATE UNIQUE INDEX partners_platform ON partners (is_platform) WHERE is_platform;

ALTER TABLE organizations
    ADD COLUMN max_devices integer CHECK (max_devices > 0),
    ADD COLUMN closed_at timestamptz;

ALTER TABLE roles
    ADD COLUMN require_mfa boolean NOT NULL DEFAULT false,
    ADD COLUMN description text NOT NULL DEFAULT '' CHECK (length(description) <= 500);
