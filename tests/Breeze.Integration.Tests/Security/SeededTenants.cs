using Npgsql;
using Xunit;

namespace Breeze.Integration.Tests.Security;

/// <summary>Tenants with a row in every table that holds a tenant's data.</summary>
static class SeededTenants
{
    /// <summary>An organization with two sites and, at the first, a device with all that a device has.</summary>
    public static async Task<Seeded> AddAsync(NpgsqlConnection system, Guid partnerId, bool withPartner)
    {
        var seeded = new Seeded(partnerId, Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var partner = withPartner ? "INSERT INTO partners (id, name, slug) VALUES (:p, 'Partner', 'p' || replace(:p::text, '-', ''));" : "";
        await using var command = new NpgsqlCommand(
            partner +
            """
            INSERT INTO organizations (id, partner_id, name) VALUES (:o, :p, :o::text);
            INSERT INTO sites (id, partner_id, organization_id, name) VALUES (:s, :p, :o, 'One'), (:s2, :p, :o, 'Two');
            INSERT INTO users (id, email, normalized_email, display_name, security_stamp) VALUES (:u, :u || '@example.com', upper(:u || '@example.com'), 'Somebody', gen_random_uuid());
            INSERT INTO organization_users (id, partner_id, organization_id, user_id, role_id) VALUES (:m, :p, :o, :u, '00000000-0000-7000-8000-000000000004');
            INSERT INTO partner_users (id, partner_id, user_id, role_id, organization_access) VALUES (gen_random_uuid(), :p, :u, '00000000-0000-7000-8000-000000000003', 'none');
            INSERT INTO roles (id, partner_id, name, scope, permissions) VALUES (gen_random_uuid(), :p, :o::text, 'partner', '{devices:read}');
            INSERT INTO access_denials (id, partner_id, user_id, organization_id) VALUES (gen_random_uuid(), :p, :u, :o);
            INSERT INTO invitations (id, partner_id, organization_id, email, normalized_email, role_id, token_hash, expires_at)
                VALUES (gen_random_uuid(), :p, :o, 'new@example.com', 'NEW@EXAMPLE.COM', '00000000-0000-7000-8000-000000000006', sha256(:o::text::bytea), now() + interval '1 day');
            INSERT INTO sso_providers (id, partner_id, slug, name, authority, client_id, client_secret)
                VALUES (gen_random_uuid(), :p, 's' || replace(:o::text, '-', ''), :o::text, 'https://id.example.com', 'breeze', 'secret');
            INSERT INTO api_keys (id, partner_id, user_id, membership_id, name, key_hash, hint, permissions)
                VALUES (gen_random_uuid(), :p, :u, :m, 'key', sha256(:u::text::bytea), 'brz_key_a', '{devices:read}');
            INSERT INTO enrollment_keys (id, partner_id, organization_id, site_id, key_hash) VALUES (gen_random_uuid(), :p, :o, :s, sha256(:s::text::bytea));
            INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, custom_fields) VALUES (:d, :p, :o, :s, 'host', :d::text, 'linux', '{"rack": "1"}');
            INSERT INTO device_presence (device_id, last_seen_at) VALUES (:d, now());
            INSERT INTO device_inventory (device_id, kind, document, hash) VALUES (:d, 'hardware', '{}', sha256('x'));
            INSERT INTO device_hardware (device_id, model) VALUES (:d, 'Model');
            INSERT INTO device_network (device_id, name) VALUES (:d, 'eth0');
            INSERT INTO device_software (device_id, name) VALUES (:d, 'openssl');
            INSERT INTO device_services (device_id, name, state) VALUES (:d, 'nginx', 'running');
            INSERT INTO device_updates (device_id, name) VALUES (:d, 'openssl');
            INSERT INTO device_sessions (device_id, session, user_name) VALUES (:d, '1', 'grace');
            INSERT INTO device_inventory_changes (device_id, kind, change, item) VALUES (:d, 'software', 'added', 'openssl');
            INSERT INTO device_log_entries (device_id, at, id, level, message) VALUES (:d, now(), gen_random_uuid(), 'error', 'It broke.');
            INSERT INTO saved_views (id, partner_id, user_id, page, name) VALUES (:o, :p, :u, 'devices', 'View');
            INSERT INTO table_columns (partner_id, user_id, page, columns) VALUES (:p, :u, 'devices', '{name}');
            INSERT INTO bulk_actions (id, partner_id, user_id, kind, title, total, state) VALUES (:o, :p, :u, 'tags.add', 'Title', 1, 'completed');
            INSERT INTO bulk_action_items (action_id, device_id) VALUES (:o, :d);
            INSERT INTO device_plugins (device_id, plugin_id, version, hash, generation, state) VALUES (:d, 'a.b', '1', 'h', 1, 'active');
            INSERT INTO device_metrics (device_id, at, layout_id, metric_values) VALUES (:d, now(), 1, '{1}');
            INSERT INTO metric_rollups_5m (device_id, at, layout_id, mins, avgs, maxs, counts) VALUES (:d, date_trunc('day', now(), 'UTC'), 1, '{1}', '{1}', '{1}', '{1}');
            INSERT INTO metric_rollups_1h (device_id, at, layout_id, mins, avgs, maxs, counts) VALUES (:d, date_trunc('day', now(), 'UTC'), 1, '{1}', '{1}', '{1}', '{1}');
            INSERT INTO metric_rollups_1d (device_id, at, layout_id, mins, avgs, maxs, counts) VALUES (:d, date_trunc('day', now(), 'UTC'), 1, '{1}', '{1}', '{1}', '{1}');
            INSERT INTO metric_rollup_late (hour, device_id) VALUES (date_trunc('hour', now()), :d);
            INSERT INTO metric_trims (partner_id, tier, trimmed_until) VALUES (:p, 'raw', current_date) ON CONFLICT DO NOTHING;
            INSERT INTO device_metric_warnings (device_id, kind, message) VALUES (:d, 'too_many_metrics', 'Too many.');
            INSERT INTO agent_tokens (id, device_id, token_hash) VALUES (gen_random_uuid(), :d, sha256(:d::text::bytea));
            INSERT INTO device_commands (id, partner_id, organization_id, device_id, type, payload, timeout_seconds, expires_at, queued_at)
                VALUES (:c, :p, :o, :d, 'script', '{}', 60, now() + interval '1 day', now());
            INSERT INTO command_results (command_id, device_id, status, received_at) VALUES (:c, :d, 'completed', now());
            INSERT INTO device_groups (id, partner_id, organization_id, name, kind) VALUES (:o, :p, :o, 'Group', 'static');
            INSERT INTO device_group_members (group_id, device_id) VALUES (:o, :d);
            INSERT INTO device_group_changes (group_id, device_id, at, change) VALUES (:o, :d, now(), 'joined');
            INSERT INTO scripts (id, partner_id, organization_id, name, runtime, content) VALUES (:o, :p, :o, 'Script', 'bash', 'id');
            INSERT INTO script_executions (id, partner_id, organization_id, device_id, script_id, command_id, runtime, content_sha256)
                VALUES (gen_random_uuid(), :p, :o, :d, :o, :c, 'bash', sha256('id'));
            INSERT INTO automations (id, partner_id, organization_id, name, definition) VALUES (:o, :p, :o, 'Automation', '{}');
            INSERT INTO automation_runs (id, partner_id, organization_id, automation_id, status, trigger) VALUES (gen_random_uuid(), :p, :o, :o, 'queued', 'manual');
            INSERT INTO policies (id, partner_id, organization_id, name, enabled, definition) VALUES (:o, :p, :o, 'Policy', false, '{}');
            INSERT INTO policy_compliance (policy_id, device_id, status, checked_at) VALUES (:o, :d, 'unknown', now());
            INSERT INTO alert_rules (id, partner_id, organization_id, name, severity, condition) VALUES (:o, :p, :o, 'Rule', 'info', 'true');
            INSERT INTO alert_settings (partner_id) VALUES (:p) ON CONFLICT DO NOTHING;
            INSERT INTO alert_rule_versions (rule_id, version, document) VALUES (:o, 1, '{}');
            INSERT INTO incidents (id, partner_id, organization_id, rule_id, title, severity, started_at) VALUES (:o, :p, :o, :o, 'Incident', 'info', now());
            INSERT INTO alerts (id, partner_id, organization_id, rule_id, device_id, severity, status, title, started_at, fired_at, incident_id)
                VALUES (:o, :p, :o, :o, :d, 'info', 'firing', 'Title', now(), now(), :o);
            INSERT INTO maintenance_windows (id, partner_id, organization_id, name, recurrence, time_zone, from_at, until_at)
                VALUES (:o, :p, :o, 'Window', 'once', 'UTC', '2001-01-01Z', '2001-01-02Z');
            WITH upstream AS (INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family)
                VALUES (gen_random_uuid(), :p, :o, :s2, 'gateway', gen_random_uuid()::text, 'other') RETURNING id)
                INSERT INTO device_dependencies (device_id, upstream_id) SELECT :d, id FROM upstream;
            INSERT INTO maintenance_devices (window_id, device_id, from_at, until_at) VALUES (:o, :d, '2001-01-01Z', '2001-01-02Z');
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, routed_at) VALUES (:o, :o, :p, 'firing', now(), now());
            INSERT INTO alert_actions (id, partner_id, alert_id, event_id, rule_id, device_id, is_before, state, created_at, ended_at) VALUES (:o, :p, :o, :o, :o, :d, false, 'skipped', now(), now());
            INSERT INTO notification_channels (id, partner_id, organization_id, name, type, secrets) VALUES (:o, :p, :o, 'Channel', 'slack', 'secret');
            INSERT INTO escalation_policies (id, partner_id, organization_id, name) VALUES (:o, :p, :o, 'Policy');
            INSERT INTO notification_routes (id, partner_id, organization_id, name) VALUES (:o, :p, :o, 'Route');
            INSERT INTO notifications (id, partner_id, organization_id, channel_id, alert_id, event, body, status, finished_at)
                VALUES (:o, :p, :o, :o, :o, 'firing', '{}', 'delivered', now());
            INSERT INTO on_call_schedules (id, partner_id, organization_id, name, time_zone, changes_at) VALUES (:o, :p, :o, 'Schedule', 'UTC', 'infinity');
            INSERT INTO on_call_overrides (id, schedule_id, partner_id, user_id, starts_at, ends_at) VALUES (:o, :o, :p, :u, now(), now() + interval '1 hour');
            INSERT INTO contact_methods (id, partner_id, user_id, channel_id, address, recipient) VALUES (:o, :p, :u, :o, 'topic', '{}');
            INSERT INTO alert_escalations (id, partner_id, alert_id, policy_id, due_at, started_at, ended_at, ended_by) VALUES (:o, :p, :o, :o, now(), now(), now(), 'policy');
            INSERT INTO bell_notices (id, partner_id, user_id, severity, title, at) VALUES (:o, :p, :u, 'info', 'Notice', now());
            INSERT INTO bell_settings (partner_id, user_id) VALUES (:p, :u);
            INSERT INTO alert_links (token_hash, alert_id, notification_id, expires_at) VALUES (sha256(:o::text::bytea), :o, :o, now());
            INSERT INTO remote_consent (id, partner_id, organization_id, mode) VALUES (:o, :p, :o, 'ask');
            INSERT INTO remote_sessions (id, partner_id, organization_id, device_id, kind, status, ended_at) VALUES (:c, :p, :o, :d, 'terminal', 'ended', now());
            INSERT INTO remote_recordings (session_id, partner_id, organization_id, device_id, columns, rows, started_at, ended_at, state) VALUES (:c, :p, :o, :d, 80, 24, now(), now(), 'cut');
            INSERT INTO remote_recording_parts (session_id, number, device_id, content, unpacked) VALUES (:c, 0, :d, 'x', 1);
            INSERT INTO audit_logs (id, partner_id, organization_id, at, actor_kind, action) VALUES (gen_random_uuid(), :p, :o, now(), 'system', 'test.seeded');
            INSERT INTO outbox_events (id, partner_id, organization_id, device_id, type) VALUES (gen_random_uuid(), :p, :o, :d, 'test.seeded');
            INSERT INTO user_sessions (id, user_id, kind, method, expires_at) VALUES (:c, :u, 'api', 'password', now() + interval '1 day');
            INSERT INTO refresh_tokens (id, user_id, family_id, token_hash, expires_at) VALUES (gen_random_uuid(), :u, :c, sha256(:c::text::bytea), now() + interval '1 day');
            INSERT INTO user_recovery_codes (id, user_id, code_hash) VALUES (gen_random_uuid(), :u, sha256('code'));
            INSERT INTO user_passkeys (credential_id, user_id, name, data) VALUES (sha256(:u::text::bytea), :u, 'Key', '{}');
            INSERT INTO password_resets (id, user_id, token_hash, expires_at) VALUES (gen_random_uuid(), :u, sha256(:o::text::bytea), now());
            INSERT INTO sso_links (provider_id, subject, user_id) SELECT id, :o::text, :u FROM sso_providers WHERE partner_id = :p LIMIT 1;
            """, system);
        command.Parameters.AddWithValue("p", seeded.PartnerId);
        command.Parameters.AddWithValue("o", seeded.OrganizationId);
        command.Parameters.AddWithValue("s", seeded.SiteId);
        command.Parameters.AddWithValue("s2", seeded.OtherSiteId);
        command.Parameters.AddWithValue("d", seeded.DeviceId);
        command.Parameters.AddWithValue("u", seeded.UserId);
        command.Parameters.AddWithValue("c", seeded.CommandId);
        command.Parameters.AddWithValue("m", Guid.CreateVersion7());
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return seeded;
    }
}

/// <summary>What was made, by its ids. Whatever belongs to the organization as a whole has the organization's.</summary>
sealed record Seeded(Guid PartnerId, Guid OrganizationId, Guid SiteId, Guid OtherSiteId, Guid DeviceId, Guid UserId, Guid CommandId);
