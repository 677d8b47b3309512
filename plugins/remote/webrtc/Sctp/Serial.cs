namespace Breeze.WebRtc.Sctp;

/// <summary>Comparisons of numbers that wrap around (RFC 1982): "less" means less than half the circle behind.</summary>
static class Serial
{
    public static bool Less(uint a, uint b) => (int)(a - b) < 0;

    public static bool LessOrEqual(uint a, uint b) => (int)(a - b) <= 0;

    public static uint Max(uint a, uint b) => Less(a, b) ? b : a;
}
