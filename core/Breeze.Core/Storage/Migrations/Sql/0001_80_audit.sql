-- Append-only, in one hash chain per partner (the null partner is the platform itself).
CREATE TABLE audit_logs (
    id uuid PRIMARY KEY,
    partner_id uuid,
    organization_id uuid,
    sequence bigint NOT NULL,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'agent', 'system')),
    actor_id uuid,
    actor_name text NOT NULL DEFAULT '',
    action text NOT NULL CHECK (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
    target_kind text NOT NULL DEFAULT '',
    target_id text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    detail jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object'),
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    UNIQUE NULLS NOT DISTINCT (partner_id, sequence)
);
CREATE INDEX audit_logs_partner_at ON audit_logs (partner_id, at DESC);

CREATE FUNCTION breeze_audit_hash(entry audit_logs) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT sha256(entry.previous_hash || convert_to(jsonb_build_array(
        entry.id, entry.partner_id, entry.organization_id, entry.sequence, extract(epoch FROM entry.at), entry.actor_kind, entry.actor_id,
        entry.actor_name, entry.action, entry.target_kind, entry.target_id, entry.address, entry.detail)::text, 'UTF8'))
$$;

-- The chain is built where nobody can leave it out. A definer function, because a writer may append without being allowed to read.
CREATE FUNCTION breeze_audit_append() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last_sequence bigint;
    last_hash bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('breeze_audit'), hashtext(coalesce(NEW.partner_id::text, '')));
    SELECT sequence, hash INTO last_sequence, last_hash FROM audit_logs
    WHERE partner_id IS NOT DISTINCT FROM NEW.partner_id ORDER BY sequence DESC LIMIT 1;
    NEW.sequence := coalesce(last_sequence, 0) + 1;
    NEW.previous_hash := coalesce(last_hash, '\x'::bytea);
    NEW.hash := breeze_audit_hash(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER audit_logs_append BEFORE INSERT ON audit_logs FOR EACH ROW EXECUTE FUNCTION breeze_audit_append();

CREATE FUNCTION breeze_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_logs is append-only' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER audit_logs_refuse BEFORE UPDATE OR DELETE ON audit_logs FOR EACH ROW EXECUTE FUNCTION breeze_audit_refuse();
CREATE TRIGGER audit_logs_refuse_truncate BEFORE TRUNCATE ON audit_logs FOR EACH STATEMENT EXECUTE FUNCTION breeze_audit_refuse();

-- Answers the first broken sequence of a chain, or null when the chain holds.
CREATE FUNCTION breeze_audit_verify(partner uuid) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT min(sequence) FROM (
        SELECT a.sequence,
               a.hash IS DISTINCT FROM breeze_audit_hash(a)
               OR a.previous_hash IS DISTINCT FROM coalesce(lag(a.hash) OVER chain, '\x'::bytea)
               OR a.sequence IS DISTINCT FROM coalesce(lag(a.sequence) OVER chain, 0) + 1 AS broken
        FROM audit_logs a WHERE a.partner_id IS NOT DISTINCT FROM partner
        WINDOW chain AS (ORDER BY a.sequence)
    ) AS checked WHERE broken
$$;
