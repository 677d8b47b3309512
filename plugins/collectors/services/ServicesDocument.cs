namespace Breeze.Collectors.Services;

/// <summary>The inventory document.</summary>
/// <param name="Manager"><c>systemd</c>, <c>sysv</c>, <c>windows</c> or <c>launchd</c>.</param>
/// <param name="Truncated">Whether there was more than the document holds.</param>
sealed record ServicesDocument(string Manager, IReadOnlyList<ServiceInfo> Services, bool? Truncated)
{
    const int Most = 2000;

    public static ServicesDocument Of(string manager, IEnumerable<ServiceInfo> found)
    {
        var services = found.DistinctBy(service => service.Name).OrderBy(service => service.Name, StringComparer.Ordinal).ToList();
        return new ServicesDocument(manager, [.. services.Take(Most)], services.Count > Most ? true : null);
    }
}

/// <summary>
/// State is <c>running</c>, <c>stopped</c>, <c>starting</c>, <c>stopping</c>, <c>paused</c>, <c>failed</c> or <c>unknown</c>; start mode is
/// <c>automatic</c>, <c>manual</c>, <c>disabled</c> or <c>unknown</c>.
/// </summary>
sealed record ServiceInfo(string Name, string? DisplayName, string State, string StartMode);
