-- A UUID of version 7 (RFC 9562): milliseconds first, so that keys made here sort by age like those that the server makes.
CREATE FUNCTION breeze_uuid7() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    bytes bytea := uuid_send(gen_random_uuid());
    milliseconds bytea := int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint);
BEGIN
    bytes := overlay(bytes PLACING substring(milliseconds FROM 3 FOR 6) FROM 1 FOR 6);
    bytes := set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112);
    RETURN encode(bytes, 'hex')::uuid;
END $$;

-- Partner -> organization -> site. Composite foreign keys carry the tenant down, so that a row can never point into another tenant.

CREATE TABLE partners (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
    metric_retention_days integer NOT NULL DEFAULT 90 CHECK (metric_retention_days BETWEEN 1 AND 3650),
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (partner_id, name),
    UNIQUE (id, partner_id)
);

CREATE TABLE sites (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    time_zone text NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, partner_id) REFERENCES organizations (id, partner_id),
    UNIQUE (organization_id, name),
    UNIQUE (id, organization_id, partner_id)
);
