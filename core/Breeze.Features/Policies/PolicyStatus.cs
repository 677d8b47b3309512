namespace Breeze.Features.Policies;

/// <summary>What a policy says of a device.</summary>
public static class PolicyStatus
{
    /// <summary>All checks hold.</summary>
    public const string Compliant = "compliant";

    /// <summary>At least one does not.</summary>
    public const string Drifted = "drifted";

    /// <summary>Those that could be done hold, and at least one could not be done.</summary>
    public const string Failed = "failed";

    /// <summary>The device never reported.</summary>
    public const string Unknown = "unknown";

    /// <summary>What needs somebody first.</summary>
    public static IReadOnlyList<string> All { get; } = [Drifted, Failed, Unknown, Compliant];
}
