namespace Breeze.Web.Identity;

/// <summary>
/// The caller must have confirmed who they are within <see cref="Core.Tenancy.AccessScope.Freshness"/>, with a second factor if they have one. On a
/// page it concerns its posts.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireStepUpAttribute : Attribute
{
    /// <summary>The page handlers that it concerns, separated by commas; null for all posts.</summary>
    public string? Handlers { get; init; }

    /// <summary>Whether an API key will do, because making the key took the confirmation.</summary>
    public bool AllowKeys { get; init; }
}
