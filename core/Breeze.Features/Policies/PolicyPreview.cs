using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Features.Policies;

/// <summary>What a policy would say of the devices within somebody's reach; nothing is stored.</summary>
public sealed class PolicyPreview(Database database, ExpressionEngine expressions, PolicyReading reading)
{
    /// <param name="scope">Who asks, and whose devices are counted.</param>
    /// <param name="organizationId">One organization's devices alone; null for all.</param>
    /// <param name="target">Whom it would be for.</param>
    /// <param name="checks">What would have to hold.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Outcome<PolicyCounts>> CountAsync(AccessScope scope, Guid? organizationId, string? target, IReadOnlyList<PolicyCheck>? checks, CancellationToken cancellationToken)
    {
        var read = await reading.ReadAsync(target, checks, cancellationToken);
        if (!read.Succeeded)
        {
            return read.Refusal;
        }
        var parameters = expressions.Parameters();
        var where = organizationId is { } only ? $"d.organization_id = {parameters.Add(only)}" : "true";
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await using (var limit = new NpgsqlCommand("SET LOCAL statement_timeout = '5s'", connection))
            {
                await limit.ExecuteNonQueryAsync(cancellationToken);
            }
            await using var command = new NpgsqlCommand($"{read.Value.ToSql(parameters, where)} SELECT {PolicyQuestion.Counts} FROM verdict v", connection);
            parameters.AddTo(command);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new PolicyCounts(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            return Refusal.Invalid("too_slow", "Counting the devices takes too long. Make the conditions simpler: compare names with = or starts_with, and ask for fewer metrics.");
        }
    }
}
