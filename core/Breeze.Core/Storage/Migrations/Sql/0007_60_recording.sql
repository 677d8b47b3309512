-- What terminals showed, for partners that want it kept. The parts are what the device sent, packed as it packed them: nothing reads them but the way to the player.
ALTER TABLE partners
    ADD COLUMN record_terminals boolean NOT NULL DEFAULT false,
    ADD COLUMN recording_days integer NOT NULL DEFAULT 90 CHECK (recording_days BETWEEN 1 AND 3650);
GRANT UPDATE (record_terminals, recording_days) ON partners TO breeze_app;

ALTER TABLE remote_sessions ADD COLUMN recorded boolean NOT NULL DEFAULT false;

CREATE TABLE remote_recordings (
    session_id uuid PRIMARY KEY REFERENCES remote_sessions ON DELETE CASCADE,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    device_id uuid NOT NULL,
    columns integer NOT NULL CHECK (columns BETWEEN 1 AND 1000),
    rows integer NOT NULL CHECK (rows BETWEEN 1 AND 1000),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- Unpacked.
    bytes bigint NOT NULL DEFAULT 0,
    parts integer NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('recording', 'complete', 'cut')),
    CHECK ((ended_at IS NULL) = (state = 'recording')),
    FOREIGN KEY (device_id, organization_id, partner_id) REFERENCES devices (id, organization_id, partner_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX remote_recordings_open ON remote_recordings (session_id) WHERE state = 'recording';
CREATE INDEX remote_recordings_age ON remote_recordings (partner_id, started_at);
CREATE INDEX remote_recordings_device ON remote_recordings (device_id);

CREATE TABLE remote_recording_parts (
    session_id uuid NOT NULL REFERENCES remote_recordings ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 0),
    device_id uuid NOT NULL,
    content bytea NOT NULL CHECK (octet_length(content) <= 262144),
    unpacked integer NOT NULL,
    PRIMARY KEY (session_id, number)
);
-- Packed already.
ALTER TABLE remote_recording_parts ALTER COLUMN content SET STORAGE EXTERNAL;

SELECT breeze_protect_device_child('remote_recordings'), breeze_protect_device_child('remote_recording_parts');
GRANT DELETE ON remote_recordings TO breeze_app;
