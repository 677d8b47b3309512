using System.Diagnostics.CodeAnalysis;

namespace Breeze.Core.Identity;

/// <summary>The person, or why not, in words for them.</summary>
public sealed record SignInResult(User? User, string? Error)
{
    [MemberNotNullWhen(true, nameof(User))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => User is not null;

    public Guid? UserId => User?.Id;
}
