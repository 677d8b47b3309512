-- Nobody checks in here, so whoever is to count as online was last seen in a while to come: else the server would take them all for gone within minutes.
UPDATE device_presence p SET last_seen_at = now() + interval '3 hours' + random() * interval '1 minute' FROM devices d
WHERE d.id = p.device_id AND d.machine_id ~ '^[0-9a-f]{32}$' AND right(d.hostname, 6)::integer % 20 <> 0;
UPDATE devices SET status = 'online' WHERE status = 'offline' AND machine_id ~ '^[0-9a-f]{32}$' AND right(hostname, 6)::integer % 20 <> 0;
