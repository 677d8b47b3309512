using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Auditing;

/// <inheritdoc cref="IAuditLog"/>
public sealed class AuditLog(Database database, TimeProvider time) : IAuditLog
{
    public async Task WriteAsync(AccessScope scope, AuditRecord record, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.System.CreateCommand(
            """
            INSERT INTO audit_logs (id, partner_id, organization_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, address, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """);
        var kind = record.AgentId is not null ? "agent" : scope.UserId is not null ? "user" : "system";
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = Guid.CreateVersion7(now) },
            Id(record.PartnerId ?? scope.PartnerId), Id(record.OrganizationId),
            new() { Value = now }, new() { Value = kind }, Id(record.AgentId ?? scope.UserId), new() { Value = scope.ActorName },
            new() { Value = record.Action }, new() { Value = record.TargetKind }, new() { Value = record.TargetId }, new() { Value = record.Address.Length > 0 ? record.Address : scope.Address },
            new() { Value = record.Detail, NpgsqlDbType = NpgsqlDbType.Jsonb },
        });
        // The deed is done when it is recorded, so a caller who hangs up meanwhile must not keep it out of the log.
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    static NpgsqlParameter Id(Guid? id) => new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };
}
