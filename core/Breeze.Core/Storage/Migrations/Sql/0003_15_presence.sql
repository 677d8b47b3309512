-- The few readings that lists show and order by, beside the last contact and written with it. All others are in device_metrics.
ALTER TABLE device_presence
    ADD COLUMN cpu real,        -- utilization from 0 to 1
    ADD COLUMN memory real,     -- utilization from 0 to 1
    ADD COLUMN disk real,       -- utilization of the fullest file system, from 0 to 1
    ADD COLUMN booted_at timestamptz;
