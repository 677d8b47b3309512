using Npgsql;

namespace Breeze.Core.Tenancy;

/// <summary>How many devices an organization and its partner may have. A limit below what there is stops new ones and nothing else.</summary>
public static class DeviceLimits
{
    public const string Code = "device_limit_reached";

    /// <summary>Why a machine may not enrol now, in words; null when it may, as one that the organization knows always may. Holds until the transaction ends.</summary>
    public static async Task<string?> RefusalAsync(
        NpgsqlConnection connection, Guid partnerId, Guid organizationId, string machineId, CancellationToken cancellationToken)
    {
        await using (var known = new NpgsqlCommand("SELECT 1 FROM devices WHERE organization_id = $1 AND machine_id = $2", connection)
        {
            Parameters = { new() { Value = organizationId }, new() { Value = machineId } },
        })
        {
            if (await known.ExecuteScalarAsync(cancellationToken) is not null)
            {
                return null;
            }
        }
        return await ForPartnerAsync(connection, partnerId, 1, cancellationToken) ?? await ForOrganizationAsync(connection, organizationId, 1, cancellationToken);
    }

    /// <summary>Why an organization cannot take so many devices more; null when it can.</summary>
    public static Task<string?> ForOrganizationAsync(NpgsqlConnection connection, Guid organizationId, int more, CancellationToken cancellationToken) => CheckAsync(
        connection, "organizations", "organization_id", organizationId, more,
        "The organization has {0} of the {1} devices that it may have. Remove devices that are gone, or have its limit raised on its page in Breeze.", cancellationToken);

    static Task<string?> ForPartnerAsync(NpgsqlConnection connection, Guid partnerId, int more, CancellationToken cancellationToken) => CheckAsync(
        connection, "partners", "partner_id", partnerId, more,
        "The partner has {0} of the {1} devices that it may have. Remove devices that are gone, or ask whoever runs this install to raise the limit.", cancellationToken);

    static async Task<string?> CheckAsync(
        NpgsqlConnection connection, string table, string column, Guid id, int more, string words, CancellationToken cancellationToken)
    {
        // The lock lets one enrolment count at a time, and is not taken where there is nothing to count.
        await using (var limit = new NpgsqlCommand($"SELECT max_devices FROM {table} WHERE id = $1 AND max_devices IS NOT NULL FOR NO KEY UPDATE", connection)
        {
            Parameters = { new() { Value = id } },
        })
        {
            if (await limit.ExecuteScalarAsync(cancellationToken) is not int maximum)
            {
                return null;
            }
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM devices WHERE {column} = $1", connection) { Parameters = { new() { Value = id } } };
            var present = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
            return present + more <= maximum ? null : string.Format(System.Globalization.CultureInfo.InvariantCulture, words, present, maximum);
        }
    }
}
