using System.Text.Json;

namespace Breeze.Features.Policies;

/// <summary>Which checks did not hold on a device, and which could not be done.</summary>
/// <param name="Drifted">The first that did not hold, by name.</param>
/// <param name="Failed">The first that could not be done.</param>
/// <param name="More">How many more did not hold.</param>
public sealed record PolicyDetail(IReadOnlyList<string> Drifted, IReadOnlyList<string> Failed, int More)
{
    public static PolicyDetail Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new(Names("drifted"), Names("failed"), document.RootElement.TryGetProperty("more", out var more) && more.TryGetInt32(out var count) ? count : 0);

        IReadOnlyList<string> Names(string member) =>
            document.RootElement.TryGetProperty(member, out var names) && names.ValueKind == JsonValueKind.Array ? [.. names.EnumerateArray().Select(n => n.GetString() ?? "")] : [];
    }
}
