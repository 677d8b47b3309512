using System.Diagnostics.CodeAnalysis;

namespace Breeze.Core.Identity;

/// <summary>The person with their new stamp, or why not, in words for them.</summary>
public sealed record PasswordChangeResult(User? User, string? Error)
{
    [MemberNotNullWhen(true, nameof(User))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => User is not null;
}
