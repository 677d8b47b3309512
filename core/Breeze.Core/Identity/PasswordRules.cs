namespace Breeze.Core.Identity;

/// <summary>Length is what counts (NIST SP 800-63B); character classes are not asked for.</summary>
public static class PasswordRules
{
    public const int MinimumLength = 12;
    public const int MaximumLength = 256;

    /// <summary>What is wrong with a new password; null when it will do.</summary>
    public static string? Check(string password) => password.Length switch
    {
        < MinimumLength => $"Choose a password of at least {MinimumLength} characters; a few unrelated words make a good one.",
        > MaximumLength => $"Choose a password of at most {MaximumLength} characters.",
        _ when password.Distinct().Count() < 5 => "Choose a password with more than a few different characters.",
        _ => null,
    };
}
