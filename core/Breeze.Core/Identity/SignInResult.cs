using System.Diagnostics.CodeAnalysis;

namespace Breeze.Core.Identity;

/// <summary>The person; or a token for the second step; or why not, in words for them.</summary>
public sealed record SignInResult
{
    public User? User { get; private init; }

    /// <summary>Whether a second factor was part of it.</summary>
    public bool WithMfa { get; private init; }

    /// <summary>How the session began, one of <see cref="SignInMethods"/>.</summary>
    public string Method { get; private init; } = SignInMethods.Password;

    /// <summary>After a partner's single sign-on: whom the session is good for.</summary>
    public SsoPerson? Sso { get; init; }

    /// <summary>Set when the password was right and a second factor is asked for.</summary>
    public string? MfaToken { get; private init; }

    public string? Error { get; private init; }

    /// <summary>A stable code for programs.</summary>
    public string? Code { get; private init; }

    /// <summary>Set when trying again helps only after this time.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    [MemberNotNullWhen(true, nameof(User))]
    public bool Succeeded => User is not null;

    [MemberNotNullWhen(true, nameof(MfaToken))]
    public bool MfaRequired => MfaToken is not null;

    /// <summary>Whether the server has too much to do, which is nobody's fault.</summary>
    public bool IsBusy => Code == "server_busy";

    public Guid? UserId => User?.Id;

    public static SignInResult SignedIn(User user, string method, bool withMfa) => new() { User = user, Method = method, WithMfa = withMfa };

    public static SignInResult NeedsMfa(string token) => new() { MfaToken = token };

    public static SignInResult Refused(string code, string error) => new() { Code = code, Error = error };

    public static SignInResult Wait(TimeSpan retryAfter) => new()
    {
        Code = "too_many_attempts", RetryAfter = retryAfter,
        Error = $"Too many wrong attempts. Try again in {(retryAfter.TotalSeconds < 90 ? $"{Math.Ceiling(retryAfter.TotalSeconds):0} seconds" : $"{Math.Ceiling(retryAfter.TotalMinutes):0} minutes")}.",
    };

    public static SignInResult Busy() => new()
    {
        Code = "server_busy", RetryAfter = TimeSpan.FromSeconds(Random.Shared.Next(2, 8)), Error = "The server is busy with many sign-ins. Try again in a few seconds.",
    };
}
