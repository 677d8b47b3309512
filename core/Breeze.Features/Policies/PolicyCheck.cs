using System.Text.Json;

namespace Breeze.Features.Policies;

/// <summary>One thing that must hold on a device.</summary>
public sealed record PolicyCheck
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What it is called when it does not hold.</summary>
    public string Name { get; init; } = "";

    /// <summary>The expression that must hold.</summary>
    public string Condition { get; init; } = "";

    /// <summary>The checks of a policy's definition.</summary>
    public static IReadOnlyList<PolicyCheck> Read(string definition) => JsonSerializer.Deserialize<Definition>(definition, Json)?.Checks ?? [];

    public static string Write(IReadOnlyList<PolicyCheck> checks) => JsonSerializer.Serialize(new Definition(checks), Json);

    sealed record Definition(IReadOnlyList<PolicyCheck>? Checks);
}
