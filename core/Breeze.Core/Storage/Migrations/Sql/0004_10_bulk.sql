-- What a bulk action passed over; in which membership it was asked for, whose rights are looked at again with every batch; and the reach at that time, null
-- being all of the partner's. A device that has left either reach is skipped.
ALTER TABLE bulk_actions
    ADD COLUMN skipped integer NOT NULL DEFAULT 0,
    ADD COLUMN membership_id uuid,
    ADD COLUMN organization_ids uuid[],
    ADD COLUMN site_ids uuid[],
    ADD CONSTRAINT bulk_actions_skipped_check CHECK (skipped BETWEEN 0 AND done - failed);

-- When a device comes back from maintenance by itself; null is when somebody says so.
ALTER TABLE devices ADD COLUMN maintenance_until timestamptz;
CREATE INDEX devices_maintenance ON devices (maintenance_until) WHERE status = 'maintenance' AND maintenance_until IS NOT NULL;
