using System.Globalization;
using System.Net;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Identity;

/// <summary>Keys for programs. What one may do is looked up at each request; see <see cref="ScopeResolver"/>.</summary>
public sealed class ApiKeys(Database database, IAuditLog audit, TimeProvider time)
{
    public const string Prefix = "brz_key_";

    const int HintLength = 14;
    const int MaximumKeys = 100;
    const int MaximumNetworks = 50;

    /// <summary>Makes a key for the person who acts, in the membership that they act in. It is shown this once.</summary>
    public async Task<Outcome<CreatedApiKey>> CreateAsync(AccessScope scope, ApiKeyDraft draft, CancellationToken cancellationToken)
    {
        if (scope.IsKey || scope is not { UserId: { } userId, MembershipId: { } membershipId, PartnerId: { } partnerId })
        {
            return Refusal.Forbidden("key_makes_no_key", "A key cannot make keys. Sign in as a person.");
        }
        var name = AgentText.Clean(draft.Name ?? "", 200);
        var permissions = (draft.Permissions ?? []).Distinct().Order(StringComparer.Ordinal).ToArray();
        var now = time.GetUtcNow();
        if (Check(scope, name, permissions, draft, now) is { } refusal)
        {
            return refusal;
        }
        if (!TryReadNetworks(draft.AllowedAddresses ?? [], out var networks, out var wrong))
        {
            return Refusal.Invalid("allowed_addresses_invalid", $"{AgentText.Clean(wrong, 60)} is no address and no network. Enter such as 203.0.113.7, 198.51.100.0/24 or 2001:db8::/48.");
        }
        await using var context = database.CreateContext(scope);
        if (await context.ApiKeys.CountAsync(k => k.UserId == userId && k.RevokedAt == null, cancellationToken) >= MaximumKeys)
        {
            return Refusal.Conflict("too_many_keys", $"You have {MaximumKeys} keys. Revoke those that are not used any more.");
        }
        var key = SecretToken.Create(Prefix);
        var row = new ApiKey
        {
            Id = Guid.CreateVersion7(now), PartnerId = partnerId, UserId = userId, MembershipId = membershipId, Name = name, Hint = key[..HintLength], Permissions = permissions,
            AllowedAddresses = networks, CreatedAt = now, ExpiresAt = draft.ExpiresAt?.ToUniversalTime(),
        };
        await InsertAsync(scope, row, key, cancellationToken);
        await audit.WriteAsync(scope, new AuditRecord("api_key.created", "api_key", row.Id.ToString())
        {
            Detail = JsonSerializer.Serialize(new { name, hint = row.Hint, permissions, expires_at = row.ExpiresAt, allowed_addresses = networks.Select(n => n.ToString()) }),
        }, cancellationToken);
        return new CreatedApiKey(row, key);
    }

    /// <summary>Ends a key: one's own, or anybody's for who administers the partner's people.</summary>
    public async Task<Refusal?> RevokeAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var key = await context.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Id == id, cancellationToken);
        if (key is null || (key.UserId != scope.UserId && !scope.Can(Permissions.UsersWrite)))
        {
            return Refusal.NotFound("api_key");
        }
        var now = time.GetUtcNow();
        if (await context.ApiKeys.Where(k => k.Id == id && k.RevokedAt == null).ExecuteUpdateAsync(k => k.SetProperty(x => x.RevokedAt, now), cancellationToken) == 1)
        {
            await audit.WriteAsync(scope, new AuditRecord("api_key.revoked", "api_key", id.ToString())
            {
                Detail = JsonSerializer.Serialize(new { name = key.Name, hint = key.Hint, owner = key.UserId }),
            }, cancellationToken);
        }
        return null;
    }

    /// <summary>Reads networks and single addresses; bits beyond a network's length are an error, not guessed away.</summary>
    public static bool TryReadNetworks(IReadOnlyList<string> texts, out IPNetwork[] networks, out string wrong)
    {
        (networks, wrong) = (new IPNetwork[texts.Count], "");
        for (var i = 0; i < texts.Count; i++)
        {
            var text = texts[i]?.Trim() ?? "";
            if (IPNetwork.TryParse(text, out var network) && IPAddress.TryParse(text[..text.IndexOf('/', StringComparison.Ordinal)], out var start) && start.Equals(network.BaseAddress))
            {
                networks[i] = network;
            }
            // The parser of addresses takes shorthand such as 10.1, which means something else to most people.
            else if (IPAddress.TryParse(text, out var address) && text.Length > 2 && (text.Contains(':', StringComparison.Ordinal) ? address.ScopeId == 0 : text.Count(c => c == '.') == 3))
            {
                address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
                networks[i] = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            }
            else
            {
                wrong = text;
                return false;
            }
        }
        return true;
    }

    static Refusal? Check(AccessScope scope, string name, string[] permissions, ApiKeyDraft draft, DateTimeOffset now) =>
        name.Length == 0 ? Refusal.Invalid("name_missing", "Give the key a name that says what it is for.")
        : permissions.Length is 0 or > 200 ? Refusal.Invalid("permissions_missing", "Choose what the key may do: at least one permission.")
        : permissions.FirstOrDefault(p => !PermissionNames.IsKnown(p)) is { } unknown ? Refusal.Invalid("permission_unknown", $"There is no permission {AgentText.Clean(unknown, 60)}. GET /api/v1/permissions lists them.")
        : permissions.FirstOrDefault(p => !scope.Can(p)) is { } beyond ? Refusal.Forbidden("beyond_own_rights", $"You do not hold {beyond} yourself, so your key cannot.")
        : draft.ExpiresAt <= now ? Refusal.Invalid("expires_at_past", "The key would have expired already. Choose a later time, or none.")
        : draft.AllowedAddresses?.Length > MaximumNetworks ? Refusal.Invalid("allowed_addresses_too_many", string.Create(CultureInfo.InvariantCulture, $"A key can have {MaximumNetworks} networks at most."))
        : null;

    /// <summary>By hand, because the hash is written and never read back, so that the model does not know it.</summary>
    async Task InsertAsync(AccessScope scope, ApiKey row, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO api_keys (id, partner_id, user_id, membership_id, name, key_hash, hint, permissions, allowed_addresses, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, connection)
        {
            Parameters =
            {
                new() { Value = row.Id }, new() { Value = row.PartnerId }, new() { Value = row.UserId }, new() { Value = row.MembershipId }, new() { Value = row.Name },
                new() { Value = SecretToken.Hash(key) }, new() { Value = row.Hint }, new() { Value = row.Permissions },
                new() { Value = row.AllowedAddresses, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Cidr }, new() { Value = row.CreatedAt },
                new() { Value = (object?)row.ExpiresAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }
}
