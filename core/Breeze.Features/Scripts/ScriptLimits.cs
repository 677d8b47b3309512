namespace Breeze.Features.Scripts;

/// <summary>How large the library and its scripts may be.</summary>
public static class ScriptLimits
{
    public const int MostOfAPartner = 2000;

    /// <summary>In bytes of UTF-8, as agents take it.</summary>
    public const int Content = 1 << 20;
    public const int Description = 2000;
    public const int UsualTimeout = 300;
    public const int LongestTimeout = 86_400;
    public const int Parameters = 50;
    public const int Choices = 100;

    /// <summary>Of a value, a choice or what describes a parameter, in characters.</summary>
    public const int Value = 1000;
}
