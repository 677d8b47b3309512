using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary>
/// <c>device.reboot</c>: <c>{ "delay_seconds": 300, "message": "…" }</c>, both optional. A device that is away restarts only when it comes back within the hour.
/// </summary>
public sealed class Reboot(BulkCommands commands, TimeProvider time) : IBulkActionKind
{
    static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    const int TimeoutSeconds = 120;
    const int ShortestDelay = 30;
    const int LongestDelay = 24 * 60 * 60;
    const int LongestMessage = 200;

    public string Name => "device.reboot";

    public string Permission => Permissions.DevicesPower;

    public bool IsAllowed(AccessScope scope) => scope.Can(Permission) && scope.Can(Permissions.DevicesCommand);

    public string Label => "Restart";

    public bool IsDangerous => true;

    public Task<Outcome<BulkPlan>> PlanAsync(AccessScope scope, JsonElement parameters, CancellationToken cancellationToken) => Task.FromResult(Plan(parameters));

    public Task<IReadOnlyList<BulkItemResult>> ApplyAsync(
        NpgsqlConnection connection, BulkAction action, JsonElement parameters, IReadOnlyList<Guid> deviceIds, CancellationToken cancellationToken) => commands.QueueAsync(
        connection, action, new("power.reboot", parameters, TimeoutSeconds, time.GetUtcNow() + Patience), deviceIds, cancellationToken);

    public Task CommittedAsync(BulkAction action, IReadOnlyList<BulkItemResult> results, CancellationToken cancellationToken)
    {
        commands.Wake(results);
        return Task.CompletedTask;
    }

    static Outcome<BulkPlan> Plan(JsonElement parameters)
    {
        var kept = new Dictionary<string, object>();
        if (parameters.TryGetProperty("delay_seconds", out var given))
        {
            if (given.ValueKind != JsonValueKind.Number || !given.TryGetInt32(out var seconds) || seconds is < ShortestDelay or > LongestDelay)
            {
                return Refusal.Invalid("delay_invalid", $"The delay is between {ShortestDelay} seconds and 24 hours ({LongestDelay} seconds).");
            }
            kept["delay_seconds"] = seconds;
        }
        if (parameters.TryGetProperty("message", out _))
        {
            // As the device will take it, so that nothing is refused there that was accepted here.
            if (parameters.Text("message")?.Trim() is not { Length: > 0 and <= LongestMessage } message || message[0] is '-' or '/' || message.Any(char.IsControl))
            {
                return Refusal.Invalid("message_invalid", $"The message is one line of at most {LongestMessage} characters that does not begin with - or /.");
            }
            kept["message"] = message;
        }
        return new BulkPlan("Restart", JsonSerializer.Serialize(kept));
    }
}
