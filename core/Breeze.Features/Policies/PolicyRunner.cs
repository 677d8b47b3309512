using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Breeze.Core.Expressions;
using Breeze.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Breeze.Features.Policies;

/// <summary>
/// Judges the devices of policies, never beyond the policy's own partner and organization: one statement for each policy, which writes the rows that changed and no others. What a policy cannot be
/// judged for is written to it, and the others go on.
/// </summary>
public sealed class PolicyRunner(Database database, ExpressionEngine expressions, PolicyReading reading, TimeProvider time)
{
    /// <summary>Less than between two sweeps, so that those of several nodes do not add up.</summary>
    static readonly TimeSpan Current = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    const string TooSlow = "Judging the devices took too long; what was known before stands, and it is tried again in five minutes. Make the conditions simpler: compare names with = or starts_with, and ask for fewer metrics.";

    /// <summary>Those that took too long, until when.</summary>
    readonly ConcurrentDictionary<Guid, DateTimeOffset> _resting = [];

    /// <summary>How long one policy may take.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Judges all policies that have not been just now; one node does it at a time. Answers how many.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using (var any = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM policies WHERE enabled)", connection))
        {
            if (!(bool)(await any.ExecuteScalarAsync(cancellationToken))!)
            {
                return 0;
            }
        }
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var take = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock(hashtext('breeze_policies'))", connection))
        {
            if (!(bool)(await take.ExecuteScalarAsync(cancellationToken))!)
            {
                return 0;
            }
        }
        var now = time.GetUtcNow();
        var (judged, failed) = (0, (ExceptionDispatchInfo?)null);
        foreach (var id in await DueAsync(connection, now, cancellationToken))
        {
            if (_resting.TryGetValue(id, out var until) && until > now)
            {
                continue;
            }
            try
            {
                await EvaluateAsync(id, cancellationToken);
                judged++;
            }
            // One that cannot even be read keeps none of the others waiting; without a database they all wait.
            catch (Exception e) when (e is not (OperationCanceledException or NpgsqlException))
            {
                _resting[id] = now + Rest;
                failed ??= ExceptionDispatchInfo.Capture(e);
            }
        }
        failed?.Throw();
        return judged;
    }

    /// <summary>Judges the devices of one policy now. One that is switched off says nothing of any device.</summary>
    public async Task EvaluateAsync(Guid id, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 2; tries++)
        {
            try
            {
                await TryEvaluateAsync(id, cancellationToken);
                return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.DeadlockDetected)
            {
                // A device, or the policy itself, went meanwhile; or somebody moves devices. The next sweep comes soon in any case.
            }
        }
    }

    static async Task<List<Guid>> DueAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT p.id FROM policies p JOIN partners r ON r.id = p.partner_id AND r.status = 'active'
            WHERE p.enabled AND (p.checked_at IS NULL OR p.checked_at <= $1) ORDER BY p.checked_at NULLS FIRST, p.id
            """, connection) { Parameters = { new() { Value = now - Current } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<Guid> due = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(reader.GetGuid(0));
        }
        return due;
    }

    async Task TryEvaluateAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // What was saved while another judges is judged after it, and read only then.
        await RunAsync(connection, "SELECT pg_advisory_xact_lock(hashtext('breeze_policy'), hashtext($1))", [new() { Value = id.ToString() }], cancellationToken);
        if (await ReadAsync(connection, id, cancellationToken) is not { } stored)
        {
            return;
        }
        if (!stored.Enabled)
        {
            await RunAsync(connection, "DELETE FROM policy_compliance WHERE policy_id = $1", [new() { Value = id }], cancellationToken);
            await WriteAsync(connection, id, PolicyCounts.None, null, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return;
        }
        var (question, problem) = await reading.ReadStoredAsync(stored.Target, stored.Definition, cancellationToken);
        PolicyCounts? counts = null;
        if (question is not null)
        {
            await transaction.SaveAsync("verdicts", cancellationToken);
            try
            {
                await RunAsync(connection, $"SET LOCAL statement_timeout = {(int)Limit.TotalMilliseconds}", [], cancellationToken);
                counts = await JudgeAsync(connection, id, stored, question, cancellationToken);
                _resting.TryRemove(id, out _);
            }
            catch (PostgresException e) when (e.SqlState is not (PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.DeadlockDetected) && !cancellationToken.IsCancellationRequested)
            {
                await transaction.RollbackAsync("verdicts", cancellationToken);
                problem = e.SqlState == PostgresErrorCodes.QueryCanceled ? TooSlow : $"The database could not judge the devices: {e.MessageText}";
                _resting[id] = time.GetUtcNow() + Rest;
            }
        }
        await WriteAsync(connection, id, counts, problem, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    static async Task<Stored?> ReadAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT partner_id, organization_id, enabled, target, definition::text FROM policies WHERE id = $1", connection) { Parameters = { new() { Value = id } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetBoolean(2), reader.GetString(3), reader.GetString(4)) : null;
    }

    async Task<PolicyCounts> JudgeAsync(NpgsqlConnection connection, Guid policy, Stored stored, PolicyQuestion question, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        var where = $"d.partner_id = {parameters.Add(stored.PartnerId)}{(stored.OrganizationId is { } only ? $" AND d.organization_id = {parameters.Add(only)}" : "")}";
        var (id, now) = (parameters.Add(policy), parameters.Add(parameters.Now));
        await using var command = new NpgsqlCommand(
            $"""
            {question.ToSql(parameters, where)},
            gone AS (DELETE FROM policy_compliance c WHERE c.policy_id = {id} AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.id = c.device_id)),
            put AS (
                INSERT INTO policy_compliance (policy_id, device_id, status, detail, checked_at) SELECT {id}, v.id, v.status, v.detail, {now} FROM verdict v
                WHERE NOT EXISTS (SELECT 1 FROM policy_compliance c WHERE c.policy_id = {id} AND c.device_id = v.id AND c.status = v.status AND c.detail = v.detail)
                ON CONFLICT (policy_id, device_id) DO UPDATE SET status = excluded.status, detail = excluded.detail, checked_at = excluded.checked_at)
            SELECT {PolicyQuestion.Counts} FROM verdict v
            """, connection);
        parameters.AddTo(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3));
    }

    /// <param name="connection">In the transaction of the verdicts.</param>
    /// <param name="id">Which policy.</param>
    /// <param name="counts">Null leaves those of the last time.</param>
    /// <param name="problem">What is in the way.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task WriteAsync(NpgsqlConnection connection, Guid id, PolicyCounts? counts, string? problem, CancellationToken cancellationToken) => RunAsync(
        connection,
        $"""
        UPDATE policies SET checked_at = $2, last_error = left($3, 1000){(counts is null ? "" : ", compliant_count = $4, drifted_count = $5, failed_count = $6, unknown_count = $7")} WHERE id = $1
        """,
        [
            new() { Value = id }, new() { Value = time.GetUtcNow() }, new() { Value = (object?)problem ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            .. counts is null ? Array.Empty<NpgsqlParameter>() : [new() { Value = counts.Compliant }, new() { Value = counts.Drifted }, new() { Value = counts.Failed }, new() { Value = counts.Unknown }],
        ], cancellationToken);

    static async Task RunAsync(NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    sealed record Stored(Guid PartnerId, Guid? OrganizationId, bool Enabled, string Target, string Definition);
}
