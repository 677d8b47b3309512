ALTER TABLE enrollment_keys ADD COLUMN requires_approval boolean NOT NULL DEFAULT false;

ALTER TABLE devices
    -- A device that waits is not served: its readings are not kept and it gets no commands.
    ADD COLUMN approval text NOT NULL DEFAULT 'approved' CHECK (approval IN ('approved', 'waiting')),
    ADD COLUMN quarantine_reason text CHECK (length(quarantine_reason) <= 300),
    -- A hash of what tells two machines of one disk image apart.
    ADD COLUMN fingerprint text CHECK (length(fingerprint) <= 128),
    ADD CHECK ((status = 'quarantined') = (quarantine_reason IS NOT NULL));

-- Two phases: the next token is offered, and the one before it ends a while after the next is first used.
ALTER TABLE agent_tokens
    ADD COLUMN confirmed_at timestamptz,
    ADD COLUMN rotate boolean NOT NULL DEFAULT false,
    ADD COLUMN expires_at timestamptz;
UPDATE agent_tokens SET confirmed_at = created_at;

-- A run points at a device of its own partner: a plain key would take any.
ALTER TABLE devices ADD UNIQUE (id, partner_id);
ALTER TABLE automation_runs
    DROP CONSTRAINT automation_runs_device_id_fkey,
    ADD FOREIGN KEY (device_id, partner_id) REFERENCES devices (id, partner_id) ON DELETE CASCADE;
