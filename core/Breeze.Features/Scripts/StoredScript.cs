using System.Text.Json;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Features.Scripts;

/// <summary>
/// The bulk action <c>script.run_stored</c>: <c>{ "script_id": "…", "parameters": { … }, "timeout_seconds": 300 }</c>. What runs is the version that was there when it was started, or nothing.
/// </summary>
public sealed class StoredScript(Database database, BulkCommands commands) : IBulkActionKind
{
    public const string KindName = "script.run_stored";

    public string Name => KindName;

    public string Permission => Permissions.ScriptsRun;

    public string Label => "Run a stored script";

    public bool IsDangerous => true;

    public bool IsAllowed(AccessScope scope) => IsRunAllowed(scope);

    public static bool IsRunAllowed(AccessScope scope) => scope.Can(Permissions.ScriptsRun) && scope.Can(Permissions.DevicesCommand) && scope.Can(Permissions.ScriptsRead);

    public async Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(Member(parameters, "script_id") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null, out var scriptId))
        {
            return Refusal.Invalid("script_id_invalid", "Name the script by its id (script_id).");
        }
        await using var context = ScriptsDbContext.Create(database, scope);
        if (await context.Scripts.AsNoTracking().SingleOrDefaultAsync(s => s.Id == scriptId, cancellationToken) is not { } script)
        {
            return Refusal.NotFound("script");
        }
        var values = Check(script, Member(parameters, "parameters"), Member(parameters, "timeout_seconds"), out var timeout);
        return values.Succeeded ? Plan(script, values.Value, timeout) : values.Refusal;
    }

    public async Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken)
    {
        var (id, version) = (parameters.GetProperty("script_id").GetGuid(), parameters.GetProperty("version").GetInt32());
        await using var context = ScriptsDbContext.Create(database, AccessScope.System);
        if (await context.Scripts.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.Version == version, cancellationToken) is not { } script)
        {
            return [.. deviceIds.Select(d => new BulkItemResult(d, "skipped", "The script was changed or deleted after this was started."))];
        }
        var belonging = script.OrganizationId is { } organization
            ? await context.Devices.Where(d => deviceIds.Contains(d.Id) && d.OrganizationId == organization).Select(d => d.Id).ToListAsync(cancellationToken) : [.. deviceIds];
        var values = parameters.GetProperty("parameters").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
        var queued = await commands.QueueAsync(connection, action, ScriptCommand.Of(script, values, parameters.GetProperty("timeout_seconds").GetInt32()), belonging, cancellationToken);
        return [.. queued, .. deviceIds.Except(belonging).Select(d => new BulkItemResult(d, "skipped", "The script belongs to another organization than the device."))];
    }

    public Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken)
    {
        commands.Wake(results);
        return Task.CompletedTask;
    }

    /// <summary>The values of the script's parameters, or what is wrong with how it is to be run.</summary>
    internal static Outcome<IReadOnlyDictionary<string, string>> Check(Script script, JsonElement values, JsonElement timeoutSeconds, out int timeout)
    {
        timeout = script.TimeoutSeconds;
        return timeoutSeconds.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
            && !(timeoutSeconds.ValueKind == JsonValueKind.Number && timeoutSeconds.TryGetInt32(out timeout) && timeout is >= 1 and <= ScriptLimits.LongestTimeout)
                ? Refusal.Invalid("timeout_invalid", $"The time limit is between 1 second and 24 hours ({ScriptLimits.LongestTimeout} seconds).")
                : ScriptValues.Check(ScriptParameter.Read(script.Parameters), values);
    }

    static BulkPlan Plan(Script script, IReadOnlyDictionary<string, string> values, int timeout) => new(
        $"Run {script.Name}", JsonSerializer.Serialize(new { script_id = script.Id, name = script.Name, version = script.Version, runtime = script.Runtime, parameters = values, timeout_seconds = timeout }));

    static JsonElement Member(JsonElement parameters, string name) =>
        parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) ? value : default;
}
