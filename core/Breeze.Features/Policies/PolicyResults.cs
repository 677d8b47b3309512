using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Policies;

/// <summary>Reads what policies say of devices, of those alone that somebody reaches.</summary>
public sealed class PolicyResults(Database database, AccessScope scope)
{
    /// <summary>How many devices are in which state, by policy.</summary>
    /// <param name="policies">Which.</param>
    /// <param name="organizationId">Only an organization's devices; null for all.</param>
    /// <param name="siteId">Only a site's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<Guid, PolicyCounts>> CountAsync(IReadOnlyCollection<Policy> policies, Guid? organizationId, Guid? siteId, CancellationToken cancellationToken)
    {
        // Who reaches all devices of a policy's level is told what the last look counted.
        var whole = policies.Where(p => scope.SiteIds is null && siteId is null && (p.OrganizationId is not null
            ? organizationId is null || organizationId == p.OrganizationId : organizationId is null && scope.OrganizationIds is null)).ToList();
        var counts = whole.ToDictionary(p => p.Id, p => new PolicyCounts(p.CompliantCount, p.DriftedCount, p.FailedCount, p.UnknownCount));
        var rest = policies.Select(p => p.Id).Where(id => !counts.ContainsKey(id)).ToArray();
        if (rest.Length == 0)
        {
            return counts;
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"SELECT v.policy_id, {PolicyQuestion.Counts} FROM policy_compliance v JOIN devices d ON d.id = v.device_id WHERE v.policy_id = ANY ($1) AND {Place} GROUP BY v.policy_id", connection)
        {
            Parameters = { new() { Value = rest }, Optional(organizationId), Optional(siteId) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            counts[reader.GetGuid(0)] = new(reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4));
        }
        return counts;
    }

    /// <summary>A policy's devices by name.</summary>
    /// <param name="policyId">Which policy.</param>
    /// <param name="status">One of <see cref="PolicyStatus.All"/>; null for all.</param>
    /// <param name="after">The key and id of the last one seen.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="organizationId">Only an organization's devices; null for all.</param>
    /// <param name="siteId">Only a site's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<List<PolicyDevice>> DevicesAsync(
        Guid policyId, string? status, (string Key, Guid Id)? after, int most, Guid? organizationId, Guid? siteId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            SELECT d.id, coalesce(d.display_name, d.hostname), d.name_key, d.organization_id, d.site_id, c.status, c.detail::text, c.checked_at
            FROM policy_compliance c JOIN devices d ON d.id = c.device_id
            WHERE c.policy_id = $1 AND {Place} AND ($4 IS NULL OR c.status = $4) AND ($5 IS NULL OR (d.name_key, d.id) > ($5, $6)) ORDER BY d.name_key, d.id LIMIT $7
            """, connection)
        {
            Parameters =
            {
                new() { Value = policyId }, Optional(organizationId), Optional(siteId), Text(status), Text(after?.Key), new() { Value = after?.Id ?? Guid.Empty }, new() { Value = most },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<PolicyDevice> devices = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            devices.Add(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetGuid(3), reader.GetGuid(4), reader.GetString(5), PolicyDetail.Read(reader.GetString(6)), reader.GetFieldValue<DateTimeOffset>(7)));
        }
        return devices;
    }

    /// <summary>What the policies say of one device, by their names.</summary>
    public async Task<IReadOnlyList<DevicePolicy>> OfDeviceAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT p.id, p.name, c.status, c.detail::text, c.checked_at FROM policy_compliance c JOIN policies p ON p.id = c.policy_id
            WHERE c.device_id = $1 AND p.enabled ORDER BY lower(p.name), p.id
            """, connection) { Parameters = { new() { Value = deviceId } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<DevicePolicy> policies = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            policies.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), PolicyDetail.Read(reader.GetString(3)), reader.GetFieldValue<DateTimeOffset>(4)));
        }
        return policies;
    }

    /// <summary>Where the devices are, by the second and third parameter.</summary>
    const string Place = "($2 IS NULL OR d.organization_id = $2) AND ($3 IS NULL OR d.site_id = $3)";

    static NpgsqlParameter Optional(Guid? id) => new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };

    static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}

/// <summary>A device as a policy sees it.</summary>
/// <param name="Key">By which it is ordered.</param>
/// <param name="Since">Since when it is so.</param>
public sealed record PolicyDevice(Guid Id, string Name, string Key, Guid OrganizationId, Guid SiteId, string Status, PolicyDetail Detail, DateTimeOffset Since);

/// <summary>A policy as a device sees it.</summary>
/// <param name="Since">Since when it is so.</param>
public sealed record DevicePolicy(Guid Id, string Name, string Status, PolicyDetail Detail, DateTimeOffset Since);
