-- Remote sessions: what was asked, who may join, what came of it. The ticket is kept as a hash, and gone once it was used.
ALTER TABLE remote_sessions
    ADD COLUMN view_only boolean NOT NULL DEFAULT false,
    ADD COLUMN options jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN technician text NOT NULL DEFAULT '' CHECK (length(technician) <= 255),
    ADD COLUMN ticket_hash bytea CHECK (octet_length(ticket_hash) = 32),
    ADD COLUMN ticket_expires_at timestamptz,
    ADD COLUMN client_address text CHECK (length(client_address) <= 64),
    ADD COLUMN transport text CHECK (transport IN ('direct', 'turn', 'relay')),
    ADD COLUMN end_message text CHECK (length(end_message) <= 1000),
    ADD COLUMN ended_by uuid REFERENCES users ON DELETE SET NULL;
CREATE INDEX remote_sessions_open ON remote_sessions (partner_id, requested_at) WHERE ended_at IS NULL;
CREATE INDEX remote_sessions_recent ON remote_sessions (partner_id, id DESC);

-- In whose sign-in it runs: rights are looked at again while it does, and it ends with the sign-in. When somebody last saw it alive tells what a crash left open.
ALTER TABLE remote_sessions
    ADD COLUMN user_session_id uuid,
    ADD COLUMN security_stamp uuid,
    ADD COLUMN seen_at timestamptz;
