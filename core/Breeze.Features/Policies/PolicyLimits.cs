namespace Breeze.Features.Policies;

/// <summary>How large policies may be.</summary>
public static class PolicyLimits
{
    public const int MostOfAPartner = 500;
    public const int Checks = 50;
    public const int CheckName = 100;
    public const int Description = 2000;

    /// <summary>How many checks a device is told of by name.</summary>
    public const int Named = 20;
}
