using System.Collections.Frozen;
using System.Net;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Identity;

/// <summary>
/// Works out what a person may reach now, from their session and memberships, in one query. Asked on every request, so that a change of
/// rights, a revoked session and a deactivated account take effect at once.
/// </summary>
public sealed class ScopeResolver(Database database, TimeProvider time)
{
    static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(2);

    // A person's memberships that count: in an active partner and, below it, an active organization.
    const string Memberships =
        """
        JOIN LATERAL (
            SELECT pu.id, pu.partner_id, pu.role_id, pu.organization_access, pu.organization_ids, NULL::uuid[] AS site_ids, 0 AS rank
            FROM partner_users pu WHERE pu.user_id = u.id
            UNION ALL
            SELECT ou.id, ou.partner_id, ou.role_id, 'selected', ARRAY[ou.organization_id], ou.site_ids, 1
            FROM organization_users ou JOIN organizations o ON o.id = ou.organization_id AND o.status = 'active' WHERE ou.user_id = u.id
        ) m ON true
        JOIN partners p ON p.id = m.partner_id AND p.status = 'active'
        JOIN roles r ON r.id = m.role_id
        """;

    const string Columns =
        """
        u.id, u.display_name, m.id, m.partner_id, m.organization_access, m.organization_ids, m.site_ids, r.permissions, p.is_platform,
        p.mass_command_limit, r.require_mfa OR p.require_mfa, u.mfa_enabled OR EXISTS (SELECT 1 FROM user_passkeys k WHERE k.user_id = u.id),
        EXISTS (SELECT 1 FROM access_denials d WHERE d.user_id = u.id AND d.partner_id = m.partner_id)
        """;

    /// <summary>Null when the session has ended, the account is not active, its security stamp has changed, or it belongs to no active tenant.</summary>
    public async Task<AccessScope?> ResolveAsync(Guid sessionId, Guid userId, Guid securityStamp, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {Columns}, s.authenticated_at, s.mfa_at, s.last_seen_at, s.kind
            FROM user_sessions s JOIN users u ON u.id = s.user_id
            {Memberships}
            WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $4 AND u.status = 'active' AND u.security_stamp = $3
              AND (s.partner_id IS NULL OR s.partner_id = m.partner_id)
            ORDER BY m.id = s.membership_id DESC NULLS LAST, m.rank, m.id LIMIT 1
            """, connection)
        {
            Parameters = { new() { Value = sessionId }, new() { Value = userId }, new() { Value = securityStamp }, new() { Value = now } },
        };
        AccessScope scope;
        bool denied, browser;
        DateTimeOffset seen;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }
            (scope, denied) = Read(reader);
            scope = scope with
            {
                SessionId = sessionId, AuthenticatedAt = reader.GetFieldValue<DateTimeOffset>(13),
                MfaAt = reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
            };
            seen = reader.GetFieldValue<DateTimeOffset>(15);
            browser = reader.GetString(16) == "browser";
        }
        if (denied)
        {
            scope = await WithoutDeniedAsync(connection, scope, cancellationToken);
        }
        if (now - seen > SeenEvery)
        {
            await SeenAsync(connection, sessionId, now, now + (browser ? Sessions.BrowserLifetime : Sessions.ApiLifetime), cancellationToken);
        }
        return scope;
    }

    /// <summary>
    /// What a key may do now: what it lists and its owner holds. Null when it is not known, has ended, does not work from this address, or its owner does
    /// not get in any more.
    /// </summary>
    public async Task<AccessScope?> ResolveKeyAsync(string key, IPAddress address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {Columns}, a.id, a.name, a.permissions, a.last_used_at
            FROM api_keys a JOIN users u ON u.id = a.user_id
            {Memberships}
            WHERE a.key_hash = $1 AND a.membership_id = m.id AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > $2) AND u.status = 'active'
              AND (cardinality(a.allowed_addresses) = 0 OR EXISTS (SELECT 1 FROM unnest(a.allowed_addresses) n WHERE n >>= $3))
            """, connection)
        {
            Parameters = { new() { Value = SecretToken.Hash(key) }, new() { Value = now }, new() { Value = address, NpgsqlDbType = NpgsqlDbType.Inet } },
        };
        AccessScope scope;
        bool denied;
        Guid keyId;
        DateTimeOffset? used;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }
            (scope, denied) = Read(reader);
            keyId = reader.GetGuid(13);
            // A program cannot set up a second factor: whether its owner must is asked where they sign in.
            scope = scope with
            {
                ActorName = $"{scope.ActorName} (key {reader.GetString(14)})", KeyPermissions = reader.GetFieldValue<string[]>(15).ToFrozenSet(), MustSetUpMfa = false,
            };
            used = reader.IsDBNull(16) ? null : reader.GetFieldValue<DateTimeOffset>(16);
        }
        if (denied)
        {
            scope = await WithoutDeniedAsync(connection, scope, cancellationToken);
        }
        if (used is null || now - used > TimeSpan.FromSeconds(30))
        {
            await using var update = new NpgsqlCommand("UPDATE api_keys SET last_used_at = $2, last_used_address = $3 WHERE id = $1", connection)
            {
                Parameters = { new() { Value = keyId }, new() { Value = now }, new() { Value = address.ToString() } },
            };
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
        return scope;
    }

    /// <summary>What a person reaches and may do now, for work of theirs that goes on without them. Null when the membership is gone or counts no more.</summary>
    public async Task<AccessScope?> ResolveMembershipAsync(NpgsqlConnection connection, Guid userId, Guid membershipId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM users u {Memberships} WHERE u.id = $1 AND m.id = $2 AND u.status = 'active'", connection)
        {
            Parameters = { new() { Value = userId }, new() { Value = membershipId } },
        };
        AccessScope scope;
        bool denied;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }
            (scope, denied) = Read(reader);
        }
        return denied ? await WithoutDeniedAsync(connection, scope, cancellationToken) : scope;
    }

    static (AccessScope Scope, bool Denied) Read(NpgsqlDataReader reader)
    {
        var hasMfa = reader.GetBoolean(11);
        var scope = new AccessScope
        {
            UserId = reader.GetGuid(0), ActorName = reader.GetString(1), MembershipId = reader.GetGuid(2), PartnerId = reader.GetGuid(3),
            OrganizationIds = reader.GetString(4) switch { "all" => null, "selected" => reader.GetFieldValue<Guid[]>(5), _ => [] },
            SiteIds = reader.IsDBNull(6) ? null : reader.GetFieldValue<Guid[]>(6),
            Permissions = reader.GetFieldValue<string[]>(7).ToFrozenSet(), IsPlatform = reader.GetBoolean(8), MassCommandLimit = reader.GetInt32(9),
            HasMfa = hasMfa, MustSetUpMfa = reader.GetBoolean(10) && !hasMfa,
        };
        return (scope, reader.GetBoolean(12));
    }

    /// <summary>Turns “all but” into a list, so that both tenant boundaries need to know one form only.</summary>
    static async Task<AccessScope> WithoutDeniedAsync(NpgsqlConnection connection, AccessScope scope, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH denied AS (SELECT organization_id, site_id FROM access_denials WHERE user_id = $1 AND partner_id = $2),
            reach AS (
                SELECT o.id FROM organizations o WHERE o.partner_id = $2 AND ($3::uuid[] IS NULL OR o.id = ANY ($3))
                  AND o.id NOT IN (SELECT organization_id FROM denied WHERE site_id IS NULL))
            SELECT ARRAY(SELECT id FROM reach), EXISTS (SELECT 1 FROM denied WHERE site_id IS NOT NULL),
                   ARRAY(SELECT s.id FROM sites s WHERE s.organization_id IN (SELECT id FROM reach) AND ($4::uuid[] IS NULL OR s.id = ANY ($4))
                         AND s.id NOT IN (SELECT site_id FROM denied WHERE site_id IS NOT NULL))
            """, connection)
        {
            Parameters =
            {
                new() { Value = scope.UserId!.Value }, new() { Value = scope.PartnerId!.Value },
                new() { Value = (object?)scope.OrganizationIds ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                new() { Value = (object?)scope.SiteIds ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return scope with
        {
            OrganizationIds = reader.GetFieldValue<Guid[]>(0),
            SiteIds = scope.SiteIds is not null || reader.GetBoolean(1) ? reader.GetFieldValue<Guid[]>(2) : null,
        };
    }

    static async Task SeenAsync(NpgsqlConnection connection, Guid sessionId, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("UPDATE user_sessions SET last_seen_at = $2, expires_at = greatest(expires_at, $3) WHERE id = $1", connection)
        {
            Parameters = { new() { Value = sessionId }, new() { Value = now }, new() { Value = expires } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
