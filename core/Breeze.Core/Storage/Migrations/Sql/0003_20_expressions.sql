-- What expressions need of the database. Functions and indexes for them stand here.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A text that sorts under "C" as the version does; null for a text without a digit. Its twin is VersionKey in the core: both must answer alike.
-- A key is a row of parts: 1 before anything (~), 2 a pre-release, 3 the end, 4 a packager's revision, 5 a word, 6 a number with its count of digits.
CREATE FUNCTION breeze_version_key(version text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rest text := lower(regexp_replace(left(version, 100), '[^\x01-\x7f]', ' ', 'g') COLLATE "C");
    epoch text := coalesce(substring(rest FROM '^([0-9]+):'), '');
    digits text;
    key text;
    part text[];
    zeros integer := 0;
BEGIN
    rest := regexp_replace(regexp_replace(rest, '^[0-9]+:', ''), '^v([0-9])', '\1');
    -- A lone a or b is a pre-release only before a number: 1.1.1a is a release.
    rest := regexp_replace(regexp_replace(rest, '(?<![a-z])a(?=[0-9])', 'alpha', 'g'), '(?<![a-z])b(?=[0-9])', 'beta', 'g');
    IF rest !~ '[0-9]' THEN
        RETURN NULL;
    END IF;
    epoch := ltrim(epoch, '0');
    key := '6' || lpad(length(epoch)::text, 3, '0') || epoch;
    -- A number, a word with the digit that may follow it, a tilde, or a sign before a number.
    FOR part IN SELECT regexp_matches(rest, '([0-9]+)|([a-z]+)|(~)|([-+](?=[0-9]))', 'g') LOOP
        IF part[1] IS NOT NULL THEN
            digits := ltrim(part[1], '0');
            IF digits = '' THEN
                zeros := zeros + 1;
            ELSE
                key := key || repeat('6000', zeros) || '6' || lpad(length(digits)::text, 3, '0') || digits;
                zeros := 0;
            END IF;
        ELSE
            zeros := 0;
            key := key || CASE
                WHEN part[3] IS NOT NULL THEN '1'
                WHEN part[4] IS NOT NULL THEN '4'
                WHEN part[2] IN ('dev', 'snapshot', 'nightly', 'canary') THEN '20'
                WHEN part[2] = 'alpha' THEN '21'
                WHEN part[2] = 'beta' THEN '22'
                WHEN part[2] = 'milestone' THEN '23'
                WHEN part[2] IN ('pre', 'preview', 'ea') THEN '24'
                WHEN part[2] IN ('rc', 'cr') THEN '25'
                ELSE '5' || part[2] || '!' END;
        END IF;
    END LOOP;
    RETURN key || '3';
END $$;

-- What is compared without case, kept beside the original: under row-level security an index serves only what leaks nothing, and of these = on a column does,
-- lower() on one does not. The collation is named, so that the letters of all languages count, whatever the database's own is.
ALTER TABLE devices
    ADD COLUMN hostname_key text GENERATED ALWAYS AS (lower(hostname COLLATE "pg_c_utf8")) STORED,
    ADD COLUMN name_key text GENERATED ALWAYS AS (lower(coalesce(display_name, hostname) COLLATE "pg_c_utf8")) STORED,
    ADD COLUMN os_version_key text COLLATE "C" GENERATED ALWAYS AS (breeze_version_key(os_version)) STORED,
    ADD COLUMN agent_version_key text COLLATE "C" GENERATED ALWAYS AS (breeze_version_key(agent_version)) STORED;
CREATE INDEX devices_partner_hostname_key ON devices (partner_id, hostname_key);
CREATE INDEX devices_partner_name_key ON devices (partner_id, name_key);
CREATE INDEX devices_search ON devices USING gin (hostname_key gin_trgm_ops, name_key gin_trgm_ops);

ALTER TABLE device_software
    ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name COLLATE "pg_c_utf8")) STORED,
    ADD COLUMN version_key text COLLATE "C" GENERATED ALWAYS AS (breeze_version_key(version)) STORED;
CREATE INDEX device_software_name ON device_software (name_key, version_key, device_id);

CREATE INDEX device_hardware_serial ON device_hardware USING gin (lower(serial_number COLLATE "pg_c_utf8") gin_trgm_ops);
CREATE INDEX device_plugins_key ON device_plugins (lower(plugin_id COLLATE "pg_c_utf8"));

-- Where in which layout a metric stands. Layouts hold the labels of all tenants, so the runtime role does not read them; this answers numbers alone.
CREATE POLICY owner_layouts ON metric_layouts FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION breeze_metric_slots(metric text, labels text[]) RETURNS TABLE (layout_id integer, slot integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.id, n.slot::integer FROM metric_layouts l, unnest(l.names) WITH ORDINALITY AS n (name, slot)
    WHERE (n.name = metric OR starts_with(n.name, metric || '{'))
      AND NOT EXISTS (SELECT 1 FROM unnest(labels) AS wanted (label)
          WHERE strpos(n.name, '{' || label || ',') = 0 AND strpos(n.name, '{' || label || '}') = 0
            AND strpos(n.name, ',' || label || ',') = 0 AND strpos(n.name, ',' || label || '}') = 0)
$$;
REVOKE EXECUTE ON FUNCTION breeze_metric_slots(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION breeze_metric_slots(text, text[]) TO breeze_app, breeze_system;

-- How a dynamic group fares: when its members were last found, and why they could not be.
ALTER TABLE device_groups
    ADD COLUMN evaluated_at timestamptz,
    ADD COLUMN problem text CHECK (length(problem) <= 1000),
    ADD CONSTRAINT device_groups_expression_length CHECK (length(expression) <= 4000);

-- Who joined and left a dynamic group. The events in the outbox are for those who act on them soon; this is for people to read.
CREATE TABLE device_group_changes (
    id uuid PRIMARY KEY DEFAULT breeze_uuid7(),
    group_id uuid NOT NULL REFERENCES device_groups ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    at timestamptz NOT NULL,
    change text NOT NULL CHECK (change IN ('joined', 'left'))
);
CREATE INDEX device_group_changes_group ON device_group_changes (group_id, id DESC);
CREATE INDEX device_group_changes_device ON device_group_changes (device_id);
CREATE INDEX device_group_changes_at ON device_group_changes (at);
SELECT breeze_protect_device_child('device_group_changes');
