-- The names and labels of the values in device_metrics rows, shared by all devices of the same shape.
CREATE TABLE metric_layouts (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 8),
    names text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- One row per reading of a device. Partitioned by day: retention drops partitions.
CREATE TABLE device_metrics (
    device_id uuid NOT NULL,
    at timestamptz NOT NULL,
    layout_id integer NOT NULL,
    metric_values double precision[] NOT NULL,
    PRIMARY KEY (device_id, at)
) PARTITION BY RANGE (at);

CREATE TABLE metric_definitions (
    name text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 255),
    unit text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('gauge', 'counter', 'state')),
    title text,
    description text NOT NULL DEFAULT '',
    labels text[] NOT NULL DEFAULT '{}',
    plugin_id text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Makes the partition of a day. A definer function, because the runtime roles own nothing and must not create tables of their own choice.
CREATE FUNCTION breeze_ensure_metric_partition(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition text := 'device_metrics_' || to_char(day, 'YYYYMMDD');
BEGIN
    IF day < current_date - 4000 OR day > current_date + 30 THEN
        RAISE EXCEPTION 'day % is out of range', day USING ERRCODE = '22008';
    END IF;
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('breeze_ensure_metric_partition'));
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF device_metrics FOR VALUES FROM (%L) TO (%L)',
        partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
    -- COPY refuses tables with row-level security, so the writer copies into the partition itself, which has none. Hence the grants must be as
    -- narrow: the server may add rows there and nobody may read any; reading goes through the parent and its policies.
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, breeze_app, breeze_system', partition);
    EXECUTE format('GRANT INSERT ON %I TO breeze_system', partition);
    RETURN true;
END $$;

-- Drops partitions older than a day; answers how many.
CREATE FUNCTION breeze_drop_metric_partitions(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition record;
    dropped integer := 0;
BEGIN
    IF before > current_date THEN
        RAISE EXCEPTION 'refusing to drop the partition of today' USING ERRCODE = '22008';
    END IF;
    FOR partition IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'device_metrics'::regclass AND c.relname ~ '^device_metrics_\d{8}$'
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < before
    LOOP
        EXECUTE format('DROP TABLE %I', partition.relname);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
