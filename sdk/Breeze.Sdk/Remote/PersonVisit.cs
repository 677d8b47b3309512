namespace Breeze.Sdk;

/// <summary>A remote session, as the person at the device is told of it.</summary>
/// <param name="SessionId">The row in <c>remote_sessions</c>.</param>
/// <param name="Technician">Who comes, by name; at most 255 characters.</param>
/// <param name="Company">Whom they work for; may be empty.</param>
/// <param name="Kind"><c>terminal</c>, <c>files</c>, <c>desktop</c>, or a plugin's own.</param>
public sealed record PersonVisit(Guid SessionId, string Technician, string Company, string Kind)
{
    /// <summary>Whether the technician may only look.</summary>
    public bool ViewOnly { get; init; }

    /// <summary>How long the question stands, 10 to 300 seconds; zero where nothing is asked.</summary>
    public TimeSpan Patience { get; init; }
}
