-- A fleet as it would be after years, in one go. :devices, :others and :readings are numbers that the program writes in; :readings is per device.
SET synchronous_commit = off;
SET work_mem = '64MB';

CREATE TEMP TABLE home AS SELECT m.partner_id, u.id AS user_id, u.password_hash FROM partner_users m JOIN users u ON u.id = m.user_id ORDER BY m.created_at LIMIT 1;
INSERT INTO partners (id, name, slug) VALUES (gen_random_uuid(), 'Bench, the other', 'bench-other');

-- 200 organizations with five sites each, and ten of another partner.
INSERT INTO organizations (id, partner_id, name) SELECT breeze_uuid7(), partner_id, 'Customer ' || lpad(n::text, 3, '0') FROM home, generate_series(1, 200) AS n;
INSERT INTO organizations (id, partner_id, name) SELECT breeze_uuid7(), p.id, 'Foreign ' || lpad(n::text, 3, '0') FROM partners p, generate_series(1, 10) AS n WHERE p.slug = 'bench-other';
INSERT INTO sites (id, partner_id, organization_id, name)
SELECT breeze_uuid7(), o.partner_id, o.id, 'Site ' || n FROM organizations o, generate_series(1, 5) AS n WHERE o.name LIKE 'Customer ___' OR o.name LIKE 'Foreign ___';

CREATE TEMP TABLE place AS
SELECT s.id AS site_id, s.organization_id, s.partner_id, o.name LIKE 'Foreign%' AS is_foreign,
       row_number() OVER (PARTITION BY o.name LIKE 'Foreign%' ORDER BY o.name, s.name) - 1 AS number
FROM sites s JOIN organizations o ON o.id = s.organization_id WHERE o.name LIKE 'Customer ___' OR o.name LIKE 'Foreign ___';
CREATE TEMP TABLE fleet AS
SELECT breeze_uuid7() AS id, n, p.* FROM generate_series(1, :devices) AS n JOIN place p ON p.number = (n * 7919) % 1000 AND NOT p.is_foreign
UNION ALL SELECT breeze_uuid7(), :devices + n, p.* FROM generate_series(1, :others) AS n JOIN place p ON p.number = n % 50 AND p.is_foreign;

INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, display_name, machine_id, os_family, os_name, os_version, arch, agent_version, status, tags, custom_fields)
SELECT id, partner_id, organization_id, site_id,
       (ARRAY['web', 'db', 'mail', 'LAPTOP', 'pc', 'srv', 'kiosk'])[1 + n % 7] || '-' || lpad(n::text, 6, '0'),
       CASE WHEN n % 10 = 0 THEN 'Office machine ' || n END, md5(n::text),
       (ARRAY['windows', 'windows', 'linux', 'windows', 'macos'])[1 + n % 5],
       (ARRAY['Windows 11 Pro', 'Windows Server 2022', 'Debian GNU/Linux', 'Windows 10 Pro', 'macOS'])[1 + n % 5],
       (ARRAY['10.0.26100', '10.0.20348', '12', '10.0.19045', '15.1'])[1 + n % 5], 'x64', '1.' || n % 4 || '.' || n % 9,
       CASE WHEN n % 20 = 0 THEN 'offline' WHEN n % 333 = 0 THEN 'maintenance' WHEN n % 777 = 0 THEN 'pending' ELSE 'online' END,
       CASE n % 4 WHEN 0 THEN ARRAY['server'] WHEN 1 THEN ARRAY['office', 'berlin'] ELSE '{}'::text[] END, jsonb_build_object('asset_tag', 'A-' || n)
FROM fleet;
INSERT INTO device_presence (device_id, last_seen_at, agent_status, address, cpu, memory, disk, booted_at)
SELECT id, now() - CASE WHEN n % 20 = 0 THEN random() * interval '30 days' ELSE random() * interval '1 minute' END, 'ok', '203.0.' || n % 200 || '.' || n % 250,
       random() ^ 3, random(), random(), now() - random() * interval '60 days' FROM fleet;
INSERT INTO device_hardware (device_id, manufacturer, model, serial_number, cpu_model, cpu_cores, cpu_threads, memory_bytes)
SELECT id, (ARRAY['Dell Inc.', 'LENOVO', 'HP', 'QEMU'])[1 + n % 4], 'Model ' || n % 50, upper(substr(md5('serial' || n), 1, 10)), 'CPU ' || n % 30, 4 + n % 8, 8 + n % 16, (4 + n % 60) * 1073741824::bigint
FROM fleet;
INSERT INTO device_network (device_id, name, mac, addresses, speed_mbps, state)
SELECT id, 'eth0', '52:54:00:' || to_hex(16 + n % 200) || ':' || to_hex(16 + n / 200 % 200) || ':' || to_hex(16 + n / 40000),
       ARRAY['10.' || n / 62500 || '.' || n / 250 % 250 || '.' || 1 + n % 250, 'fe80::' || to_hex(n)], 1000, 'up' FROM fleet;
INSERT INTO device_sessions (device_id, session, user_name, kind) SELECT id, '1', 'user' || n, 'console' FROM fleet WHERE n % 2 = 0;
INSERT INTO device_plugins (device_id, plugin_id, version, hash, generation, state, error)
SELECT id, p, '1.0.0', 'x', 1, CASE WHEN n % 500 = 0 THEN 'failed' ELSE 'active' END, CASE WHEN n % 500 = 0 THEN 'It did not start.' END
FROM fleet, unnest(ARRAY['breeze.system', 'breeze.hardware', 'breeze.software']) AS p;
-- Twenty programs on a tenth of them.
INSERT INTO device_software (device_id, name, version, source)
SELECT id, CASE k WHEN 1 THEN 'openssl' WHEN 2 THEN 'Google Chrome' ELSE 'program-' || k + n % 40 END,
       CASE k WHEN 1 THEN '3.0.' || n % 18 ELSE k || '.' || n % 7 || '.' || n % 3 END, 'dpkg'
FROM fleet, generate_series(1, 20) AS k WHERE n % 10 = 1;
INSERT INTO device_inventory_changes (device_id, at, kind, change, item, after)
SELECT id, now() - random() * interval '20 days', 'software', 'added', 'program-' || n % 40, '1.0' FROM fleet WHERE n % 3 = 0;

-- Somebody who reaches three organizations, and somebody who reaches one site.
INSERT INTO users (id, email, normalized_email, display_name, password_hash, security_stamp)
SELECT gen_random_uuid(), e || '@example.com', upper(e || '@example.com'), e, h.password_hash, gen_random_uuid() FROM home h, unnest(ARRAY['three', 'site']) AS e;
INSERT INTO partner_users (id, partner_id, user_id, role_id, organization_access, organization_ids)
SELECT gen_random_uuid(), h.partner_id, u.id, m.role_id, 'selected', (SELECT array_agg(o.id) FROM organizations o WHERE o.partner_id = h.partner_id AND o.name IN ('Customer 003', 'Customer 070', 'Customer 141'))
FROM home h JOIN partner_users m ON m.user_id = h.user_id JOIN users u ON u.email = 'three@example.com';
INSERT INTO organization_users (id, partner_id, organization_id, user_id, role_id, site_ids)
SELECT gen_random_uuid(), s.partner_id, s.organization_id, u.id, (SELECT r.id FROM roles r WHERE r.scope = 'organization' AND r.is_builtin ORDER BY cardinality(r.permissions) DESC LIMIT 1), ARRAY[s.id]
FROM users u, (SELECT s.* FROM sites s JOIN organizations o ON o.id = s.organization_id JOIN home h ON h.partner_id = s.partner_id WHERE o.name = 'Customer 010' AND s.name = 'Site 2') AS s
WHERE u.email = 'site@example.com';

-- Readings of 25 metrics over three days, as they would have come: all devices one after the other, again and again.
SELECT breeze_ensure_metric_partition((current_date - d)::date) FROM generate_series(0, 3) AS d;
SELECT breeze_ensure_metric_partition((current_date + 1)::date);
INSERT INTO metric_layouts (hash, names) VALUES ('bench001', ARRAY['system.cpu.utilization', 'system.memory.utilization'] || ARRAY(SELECT 'bench.gauge' || n FROM generate_series(1, 23) AS n));
INSERT INTO metric_definitions (name, unit, kind, plugin_id)
SELECT n, '1', 'gauge', 'bench' FROM unnest(ARRAY['system.cpu.utilization', 'system.memory.utilization'] || ARRAY(SELECT 'bench.gauge' || n FROM generate_series(1, 23) AS n)) AS n ON CONFLICT DO NOTHING;
