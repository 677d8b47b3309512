using System.Text.Json;

namespace Breeze.Features.Alerting.Healing;

/// <summary>What a rule does beside telling people: a script on the device.</summary>
public sealed record RuleAction
{
    /// <summary>The one kind there is.</summary>
    public const string ScriptKind = "script";

    /// <summary>People are told when the script has not helped.</summary>
    public const string Before = "before";

    /// <summary>People are told at once.</summary>
    public const string After = "after";

    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Kind { get; init; } = "";

    /// <summary>The language, as a runtime plugin names it.</summary>
    public string Runtime { get; init; } = "";

    public string Script { get; init; } = "";

    public int TimeoutSeconds { get; init; } = 300;

    /// <summary><see cref="Before"/> or <see cref="After"/> people are told.</summary>
    public string When { get; init; } = After;

    /// <summary>For one device and series.</summary>
    public int AtMostPerHour { get; init; } = 1;

    public static RuleAction? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<RuleAction>(json, Json);

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
