namespace Breeze.Core.Identity;

/// <summary>Keys for programs.</summary>
public static class ApiKeys
{
    public const string Prefix = "brz_key_";
}
