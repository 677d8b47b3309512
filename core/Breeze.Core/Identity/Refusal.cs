namespace Breeze.Core.Identity;

/// <summary>Why something was not done: a stable code, and words that say what to do.</summary>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail)
{
    public static Refusal Invalid(string code, string detail) => new(RefusalKind.Invalid, code, detail);

    public static Refusal NotFound(string what) =>
        new(RefusalKind.NotFound, $"{what}_not_found", $"There is no such {what.Replace('_', ' ')} within your reach.");

    public static Refusal Forbidden(string code, string detail) => new(RefusalKind.Forbidden, code, detail);

    public static Refusal Conflict(string code, string detail) => new(RefusalKind.Conflict, code, detail);
}

/// <summary>What kind of no it is.</summary>
public enum RefusalKind
{
    /// <summary>What was sent will not do.</summary>
    Invalid,

    /// <summary>It is not there, or the caller must not know that it is.</summary>
    NotFound,

    /// <summary>The caller may not.</summary>
    Forbidden,

    /// <summary>Something stands in the way as things are now.</summary>
    Conflict,
}
