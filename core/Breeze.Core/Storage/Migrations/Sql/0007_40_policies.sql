-- Policies: what they are for, who wrote them last, and what came of the last look at their devices.
ALTER TABLE policies
    ADD COLUMN description text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    ADD COLUMN updated_by uuid REFERENCES users ON DELETE SET NULL,
    ADD COLUMN checked_at timestamptz,
    ADD COLUMN last_error text CHECK (length(last_error) <= 1000),
    -- What the look found, so that a list of policies counts no devices.
    ADD COLUMN compliant_count integer NOT NULL DEFAULT 0 CHECK (compliant_count >= 0),
    ADD COLUMN drifted_count integer NOT NULL DEFAULT 0 CHECK (drifted_count >= 0),
    ADD COLUMN failed_count integer NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
    ADD COLUMN unknown_count integer NOT NULL DEFAULT 0 CHECK (unknown_count >= 0),
    ADD CONSTRAINT policies_target_length CHECK (length(target) <= 4000),
    ADD CONSTRAINT policies_definition_size CHECK (octet_length(definition::text) <= 1048576);

-- What policies say of devices is the server's to write.
REVOKE INSERT, UPDATE, DELETE ON policy_compliance FROM breeze_app;

-- Whoever sees devices sees what policies say of them.
UPDATE roles SET permissions = permissions || 'policies:read'::text WHERE 'devices:read' = ANY (permissions) AND NOT 'policies:read' = ANY (permissions);
