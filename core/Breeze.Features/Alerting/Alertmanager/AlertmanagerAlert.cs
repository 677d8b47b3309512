using System.Text.Json.Serialization;

namespace Breeze.Features.Alerting.Alertmanager;

/// <summary>One of its alerts. The names are Alertmanager's.</summary>
/// <param name="Status"><c>firing</c> or <c>resolved</c>.</param>
/// <param name="Fingerprint">Of the labels; made from them when it is missing, as old senders leave it out.</param>
public sealed record AlertmanagerAlert(
    string? Status, Dictionary<string, string?>? Labels, Dictionary<string, string?>? Annotations, [property: JsonPropertyName("startsAt")] DateTimeOffset? StartsAt,
    [property: JsonPropertyName("generatorURL")] string? GeneratorUrl, string? Fingerprint);
