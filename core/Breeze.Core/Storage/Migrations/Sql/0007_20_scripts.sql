-- Stored scripts: who wrote them last, and which version ran where.
ALTER TABLE scripts
    ADD CONSTRAINT scripts_description_length CHECK (length(description) <= 2000),
    ADD CONSTRAINT scripts_parameters_size CHECK (octet_length(parameters::text) <= 262144),
    ADD COLUMN updated_by uuid REFERENCES users ON DELETE SET NULL;

ALTER TABLE script_executions ADD COLUMN version integer CHECK (version > 0);

-- Whoever runs scripts sees those that there are to run.
UPDATE roles SET permissions = permissions || 'scripts:read'::text WHERE 'scripts:run' = ANY (permissions) AND NOT 'scripts:read' = ANY (permissions);
