using Breeze.Protocol;
using Npgsql;

namespace Breeze.Core.Identity;

/// <summary>
/// Tells a reinstalled machine, which keeps its device, from a second machine made of the same disk image, which has the same machine id and gets a
/// device of its own.
/// </summary>
static class ClonedMachines
{
    const int SuffixLength = 16;

    /// <summary>The machine id to enrol under: the machine's own, or that with a part of its fingerprint.</summary>
    public static async Task<string> IdentifyAsync(
        NpgsqlConnection connection, Guid organizationId, EnrollRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.Fingerprint is not { Length: >= SuffixLength } fingerprint || request.MachineId.Length > 255 - SuffixLength - 1)
        {
            return request.MachineId;
        }
        var own = $"{request.MachineId}#{fingerprint[..SuffixLength]}";
        // Other hardware alone is a new network card or a move to another host. It is a clone if the first one lives.
        await using var command = new NpgsqlCommand(
            """
            SELECT EXISTS (SELECT 1 FROM devices WHERE organization_id = $1 AND machine_id = $3)
                OR EXISTS (SELECT 1 FROM devices d JOIN device_presence p ON p.device_id = d.id
                           WHERE d.organization_id = $1 AND d.machine_id = $2 AND d.fingerprint IS NOT NULL AND d.fingerprint <> $4
                             AND (p.live_since IS NOT NULL OR p.last_seen_at > $5))
            """, connection)
        {
            Parameters =
            {
                new() { Value = organizationId }, new() { Value = request.MachineId }, new() { Value = own }, new() { Value = fingerprint },
                new() { Value = now.AddMinutes(-3) },
            },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true ? own : request.MachineId;
    }
}
