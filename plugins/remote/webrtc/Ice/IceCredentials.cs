using System.Security.Cryptography;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Ice;

/// <summary>The name and password of one side for one ICE session (RFC 8839, 5.4).</summary>
sealed record IceCredentials(string Fragment, string Password)
{
    const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public const int MinFragment = 4;
    public const int MinPassword = 22;
    public const int Max = 256;

    public byte[] Key => StunKey.ShortTerm(Password);

    /// <summary>48 and 144 random bits.</summary>
    public static IceCredentials Create() => new(RandomNumberGenerator.GetString(Characters, 8), RandomNumberGenerator.GetString(Characters, 24));

    public static bool IsProper(string text, int min) => text.Length >= min && text.Length <= Max && text.All(IsIceCharacter);

    public static bool IsIceCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/';
}
