using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary><c>script.run</c>: <c>{ "runtime": "bash", "content": "…", "parameters": { … }, "timeout_seconds": 300 }</c>.</summary>
public sealed class RunScript(BulkCommands commands) : IBulkActionKind
{
    const int MaximumContent = 262_144;

    public string Name => "script.run";

    public string Permission => Permissions.ScriptsRun;

    public bool IsAllowed(AccessScope scope) => scope.Can(Permission) && scope.Can(Permissions.DevicesCommand);

    public string Label => "Run a script";

    public bool IsDangerous => true;

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) => Task.FromResult(Plan(parameters));

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken)
    {
        var payload = new Dictionary<string, object> { ["runtime"] = parameters.Text("runtime")!, ["content"] = parameters.Text("content")! };
        if (parameters.TryGetProperty("parameters", out var values))
        {
            payload["parameters"] = values;
        }
        return commands.QueueAsync(
            connection, action, new("script", JsonSerializer.SerializeToElement(payload), parameters.GetProperty("timeout_seconds").GetInt32(), null), deviceIds, cancellationToken);
    }

    public Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken)
    {
        commands.Wake(results);
        return Task.CompletedTask;
    }

    static Outcome<BulkPlan> Plan(JsonElement parameters)
    {
        var runtime = parameters.Text("runtime") ?? "";
        if (runtime.Length is 0 or > 32 || !runtime.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            return Refusal.Invalid("runtime_invalid", "Choose a runtime, such as bash.");
        }
        // Browsers send line ends as CR LF, which shells do not understand.
        var content = (parameters.Text("content") ?? "").ReplaceLineEndings("\n");
        if (string.IsNullOrWhiteSpace(content) || content.Length > MaximumContent || content.Contains('\0', StringComparison.Ordinal))
        {
            return Refusal.Invalid("content_invalid", "Write a script of 256 KiB at most, without NUL characters.");
        }
        var timeout = 300;
        if (parameters.TryGetProperty("timeout_seconds", out var given) && !(given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out timeout) && timeout is >= 1 and <= 86400))
        {
            return Refusal.Invalid("timeout_invalid", "The time limit is between 1 second and 24 hours (86400 seconds).");
        }
        var values = parameters.TryGetProperty("parameters", out var named) ? named : default;
        if (values.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object) || (values.ValueKind == JsonValueKind.Object
            && !values.EnumerateObject().All(p => p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)))
        {
            return Refusal.Invalid("script_parameters_invalid", "parameters is an object of texts, numbers, true and false.");
        }
        var line = content.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0 && !l.StartsWith("#!", StringComparison.Ordinal)) ?? "";
        var kept = new Dictionary<string, object> { ["runtime"] = runtime, ["content"] = content, ["timeout_seconds"] = timeout };
        if (values.ValueKind == JsonValueKind.Object)
        {
            kept["parameters"] = values;
        }
        return new BulkPlan($"Run {runtime}: {(line.Length > 120 ? line[..119] + "…" : line)}", JsonSerializer.Serialize(kept));
    }
}
