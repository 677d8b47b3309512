namespace Breeze.Core.Expressions;

/// <summary>What keeps an expression cheap to read and to run.</summary>
public static class ExpressionLimits
{
    public const int Characters = 4000;
    public const int Depth = 50;
    public const int Terms = 200;
    public const int ListValues = 500;
    public const int PatternCharacters = 200;

    /// <summary>How often a part of a pattern may repeat by number, nested repetitions multiplied.</summary>
    public const int PatternRepeats = 200;

    /// <summary>How old a reading may be to say something of now.</summary>
    public static TimeSpan MetricAge { get; } = TimeSpan.FromMinutes(15);
}
