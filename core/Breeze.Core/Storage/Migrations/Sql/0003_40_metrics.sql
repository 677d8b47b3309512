-- Rollups of device_metrics, what they need of the readings, and what is said about readings that were refused.

-- The rollups read all devices of a few minutes; the key finds the readings of one device only.
CREATE INDEX device_metrics_at ON device_metrics USING brin (at) WITH (pages_per_range = 32, autosummarize = on);

-- Levels in the metric's own unit, for the lines in its charts. The critical one lies beyond the warning, on whichever side is bad.
ALTER TABLE metric_definitions
    ADD COLUMN warning double precision,
    ADD COLUMN critical double precision;

ALTER TABLE partners
    ADD COLUMN five_minute_retention_days integer NOT NULL DEFAULT 30 CHECK (five_minute_retention_days BETWEEN 1 AND 3650),
    ADD COLUMN hourly_retention_days integer NOT NULL DEFAULT 400 CHECK (hourly_retention_days BETWEEN 1 AND 3650),
    ADD COLUMN daily_retention_days integer NOT NULL DEFAULT 1825 CHECK (daily_retention_days BETWEEN 1 AND 3650);
GRANT UPDATE (five_minute_retention_days, hourly_retention_days, daily_retention_days) ON partners TO breeze_app;

-- One row per device, bucket and layout, of the values that the layout names. Of a counter the values are rates per second and the counts are
-- seconds; of a state the average is the last value. A count of 0 means that there was none.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['metric_rollups_5m', 'metric_rollups_1h', 'metric_rollups_1d'] LOOP
        EXECUTE format('CREATE TABLE %I (
            device_id uuid NOT NULL,
            at timestamptz NOT NULL,
            layout_id integer NOT NULL,
            mins real[] NOT NULL,
            avgs real[] NOT NULL,
            maxs real[] NOT NULL,
            counts smallint[] NOT NULL,
            PRIMARY KEY (device_id, at, layout_id)
        ) PARTITION BY RANGE (at)', t);
        EXECUTE format('CREATE INDEX %I ON %I USING brin (at) WITH (pages_per_range = 32, autosummarize = on)', t || '_at', t);
        PERFORM breeze_protect_device_child(t::regclass);
    END LOOP;
END $$;

-- How far each resolution is made. What is claimed is being made or was to be: a reading that arrives for it later is late.
CREATE TABLE metric_rollup_progress (
    resolution text PRIMARY KEY CHECK (resolution IN ('5m', '1h', '1d')),
    done_until timestamptz,
    claimed_until timestamptz
);
INSERT INTO metric_rollup_progress (resolution) VALUES ('5m'), ('1h'), ('1d');
SELECT breeze_protect_system('metric_rollup_progress');
CREATE POLICY read_all ON metric_rollup_progress FOR SELECT TO breeze_app USING (true);
GRANT SELECT ON metric_rollup_progress TO breeze_app;

-- The hours of devices for which readings came after their rollups were made. No reference to the device: it may go at any time.
CREATE TABLE metric_rollup_late (
    hour timestamptz NOT NULL,
    device_id uuid NOT NULL,
    PRIMARY KEY (hour, device_id)
);
SELECT breeze_protect_system('metric_rollup_late');

-- Up to which day the rows of a partner that keeps less than others are gone.
CREATE TABLE metric_trims (
    partner_id uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    tier text NOT NULL CHECK (tier IN ('raw', '5m', '1h', '1d')),
    trimmed_until date NOT NULL,
    PRIMARY KEY (partner_id, tier)
);
SELECT breeze_protect_system('metric_trims');

-- What was not kept of a device's readings, and why; for the people who look at its charts.
CREATE TABLE device_metric_warnings (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    message text NOT NULL CHECK (length(message) BETWEEN 1 AND 500),
    times bigint NOT NULL DEFAULT 1,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, kind)
);
SELECT breeze_protect_device_child('device_metric_warnings');

-- The first day of the partition that a day belongs to: days of 5 minutes, months of hours, years of days.
CREATE FUNCTION breeze_rollup_unit(tier text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE tier WHEN '5m' THEN 'day' WHEN '1h' THEN 'month' WHEN '1d' THEN 'year' END $$;

CREATE FUNCTION breeze_ensure_rollup_partition(tier text, day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    unit text := breeze_rollup_unit(tier);
    first date;
    following date;
    partition text;
BEGIN
    IF unit IS NULL OR day IS NULL OR day < current_date - 4000 OR day > current_date + 400 THEN
        RAISE EXCEPTION 'resolution % or day % is out of range', tier, day USING ERRCODE = '22008';
    END IF;
    first := date_trunc(unit, day::timestamp)::date;
    following := (first + ('1 ' || unit)::interval)::date;
    partition := 'metric_rollups_' || tier || '_' || to_char(first, 'YYYYMMDD');
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('breeze_ensure_metric_partition'));
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        partition, 'metric_rollups_' || tier, first::timestamp AT TIME ZONE 'UTC', following::timestamp AT TIME ZONE 'UTC');
    -- As with the readings: the server adds rows there by COPY, and reading goes through the parent and its policies.
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, breeze_app, breeze_system', partition);
    EXECUTE format('GRANT INSERT ON %I TO breeze_system', partition);
    RETURN true;
END $$;

-- Drops the partitions that hold nothing from a day on; answers how many.
CREATE FUNCTION breeze_drop_rollup_partitions(tier text, before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    unit text := breeze_rollup_unit(tier);
    partition record;
    dropped integer := 0;
BEGIN
    IF unit IS NULL OR before IS NULL OR before > current_date THEN
        RAISE EXCEPTION 'refusing to drop partitions of % before %', tier, before USING ERRCODE = '22008';
    END IF;
    FOR partition IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = ('metric_rollups_' || tier)::regclass AND c.relname ~ '_\d{8}$'
          AND to_date(right(c.relname, 8), 'YYYYMMDD') + ('1 ' || unit)::interval <= before
    LOOP
        EXECUTE format('DROP TABLE %I', partition.relname);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

-- The first day that a table of readings or rollups has a partition for.
CREATE FUNCTION breeze_first_partition(parent text) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT min(to_date(right(c.relname, 8), 'YYYYMMDD')) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(parent) AND c.relname ~ '_\d{8}$'
$$;

REVOKE EXECUTE ON FUNCTION breeze_ensure_rollup_partition(text, date), breeze_drop_rollup_partitions(text, date), breeze_first_partition(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION breeze_ensure_rollup_partition(text, date), breeze_drop_rollup_partitions(text, date), breeze_first_partition(text) TO breeze_system;
