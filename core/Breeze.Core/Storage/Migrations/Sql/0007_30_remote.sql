-- A session outlives its sockets: whose socket is where (null while that side is away), and when it was last known to be there. What lets the browser come back is kept as
-- a hash, good once, and replaced each time. A viewer is a page that looks on: a new one knows nothing of what was sent before.
ALTER TABLE remote_sessions
    ADD COLUMN resume_hash bytea CHECK (octet_length(resume_hash) = 32),
    ADD COLUMN viewer integer NOT NULL DEFAULT 0,
    ADD COLUMN linger_seconds integer NOT NULL DEFAULT 60 CHECK (linger_seconds BETWEEN 60 AND 3600),
    ADD COLUMN browser_link uuid,
    ADD COLUMN browser_seen_at timestamptz,
    ADD COLUMN agent_link uuid,
    ADD COLUMN agent_seen_at timestamptz;

-- How long a terminal lives on after its page was closed.
ALTER TABLE partners ADD COLUMN terminal_linger_minutes integer NOT NULL DEFAULT 5 CHECK (terminal_linger_minutes BETWEEN 0 AND 60);
GRANT UPDATE (terminal_linger_minutes) ON partners TO breeze_app;
