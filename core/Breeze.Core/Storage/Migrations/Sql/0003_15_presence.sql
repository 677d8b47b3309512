-- The few readings that lists show and order by, beside the last contact and written with it. All others are in device_metrics.
ALTER TABLE device_presence
    ADD COLUMN cpu real,        -- utilization from 0 to 1
    ADD COLUMN memory real,     -- utilization from 0 to 1
    ADD COLUMN disk real,       -- utilization of the fullest file system, from 0 to 1
    ADD COLUMN booted_at timestamptz;

-- What every node asks for each few seconds: the devices and tokens that changed.
CREATE INDEX devices_updated ON devices (updated_at);
CREATE INDEX agent_tokens_created ON agent_tokens (created_at);
CREATE INDEX agent_tokens_revoked ON agent_tokens (revoked_at) WHERE revoked_at IS NOT NULL;
