ALTER TABLE organizations ADD COLUMN notes text NOT NULL DEFAULT '' CHECK (length(notes) <= 4000);

-- A device may move to another organization of its partner, and its history goes along: what points at its place follows it there.
DO $$
DECLARE
    key record;
BEGIN
    FOR key IN SELECT c.conname, c.conrelid::regclass AS child, pg_get_constraintdef(c.oid) AS definition
               FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = 'devices'::regclass AND cardinality(c.conkey) = 3 AND c.confupdtype <> 'c' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s ON UPDATE CASCADE', key.child, key.conname, key.conname, key.definition);
    END LOOP;
END $$;
