namespace Breeze.Core.Identity;

/// <summary>How a session began.</summary>
public static class SignInMethods
{
    public const string Password = "password";
    public const string Passkey = "passkey";
    public const string Sso = "sso";
    public const string Setup = "setup";
    public const string Invitation = "invitation";
}
