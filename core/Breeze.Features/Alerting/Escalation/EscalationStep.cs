using System.Text.Json;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>One step of a policy.</summary>
/// <param name="AfterMinutes">How long after the step before; 0 for the first.</param>
/// <param name="Channels">Channels that are told as they are.</param>
/// <param name="Users">People who are told by their contact methods.</param>
/// <param name="Schedules">Schedules: whoever is on call then.</param>
public sealed record EscalationStep(int AfterMinutes, Guid[]? Channels, Guid[]? Users, Guid[]? Schedules)
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<EscalationStep> Parse(string json) => JsonSerializer.Deserialize<EscalationStep[]>(json, Json) ?? [];

    internal static string ToJson(IEnumerable<EscalationStep> steps) => JsonSerializer.Serialize(steps, Json);
}
