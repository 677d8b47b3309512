-- How people look at the fleet and act on many devices at once.

-- A filter, an order and columns under a name; one's own, or shared with everybody of the partner.
CREATE TABLE saved_views (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    page text NOT NULL CHECK (page ~ '^[a-z][a-z0-9_-]{0,63}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    expression text NOT NULL DEFAULT '' CHECK (length(expression) <= 4000),
    sort text NOT NULL DEFAULT '' CHECK (length(sort) <= 64),
    columns text[] NOT NULL DEFAULT '{}' CHECK (cardinality(columns) <= 64),
    is_shared boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (partner_id, user_id, page, name)
);

-- The columns that somebody chose for a table, when no view says otherwise.
CREATE TABLE table_columns (
    partner_id uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    page text NOT NULL CHECK (page ~ '^[a-z][a-z0-9_-]{0,63}$'),
    columns text[] NOT NULL CHECK (cardinality(columns) BETWEEN 1 AND 64),
    PRIMARY KEY (partner_id, user_id, page)
);

-- One action on many devices, worked off in the background; what came of each device is in bulk_action_items.
CREATE TABLE bulk_actions (
    id uuid PRIMARY KEY,
    partner_id uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_.-]{0,63}$'),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    parameters jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(parameters) = 'object'),
    target text NOT NULL DEFAULT '' CHECK (length(target) <= 4000),
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'completed', 'cancelled', 'failed')),
    total integer NOT NULL CHECK (total >= 0),
    done integer NOT NULL DEFAULT 0 CHECK (done BETWEEN 0 AND total),
    failed integer NOT NULL DEFAULT 0 CHECK (failed BETWEEN 0 AND done),
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    seen_at timestamptz
);
CREATE INDEX bulk_actions_user ON bulk_actions (partner_id, user_id, created_at DESC);
CREATE INDEX bulk_actions_open ON bulk_actions (created_at) WHERE state IN ('queued', 'running');

CREATE TABLE bulk_action_items (
    action_id uuid NOT NULL REFERENCES bulk_actions ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'done', 'failed', 'skipped')),
    command_id uuid,
    message text CHECK (length(message) <= 1000),
    finished_at timestamptz,
    PRIMARY KEY (action_id, device_id)
);
CREATE INDEX bulk_action_items_open ON bulk_action_items (action_id, device_id) WHERE state = 'queued';
CREATE INDEX bulk_action_items_device ON bulk_action_items (device_id);

SELECT breeze_protect_system(t::regclass) FROM unnest(ARRAY['saved_views', 'table_columns', 'bulk_actions', 'bulk_action_items']) AS t;

CREATE POLICY tenant_read ON saved_views FOR SELECT TO breeze_app
    USING (partner_id = (SELECT breeze_partner()) AND (is_shared OR user_id = (SELECT breeze_user())));
CREATE POLICY tenant_write ON saved_views FOR ALL TO breeze_app
    USING (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()))
    WITH CHECK (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()));
CREATE POLICY tenant ON table_columns FOR ALL TO breeze_app
    USING (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()))
    WITH CHECK (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()));
-- One's own actions, and for those who reach the whole partner everybody's.
CREATE POLICY tenant ON bulk_actions FOR ALL TO breeze_app
    USING (partner_id = (SELECT breeze_partner()) AND (user_id = (SELECT breeze_user()) OR (SELECT breeze_organizations()) IS NULL))
    WITH CHECK (partner_id = (SELECT breeze_partner()) AND user_id = (SELECT breeze_user()));
CREATE POLICY tenant ON bulk_action_items FOR ALL TO breeze_app
    USING (EXISTS (SELECT 1 FROM bulk_actions a WHERE a.id = action_id) AND EXISTS (SELECT 1 FROM devices d WHERE d.id = device_id))
    WITH CHECK (EXISTS (SELECT 1 FROM bulk_actions a WHERE a.id = action_id) AND EXISTS (SELECT 1 FROM devices d WHERE d.id = device_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views, table_columns TO breeze_app;
GRANT SELECT ON bulk_actions, bulk_action_items TO breeze_app;
