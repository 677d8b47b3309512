namespace Breeze.Features.Policies;

/// <summary>How many devices are in which state.</summary>
public sealed record PolicyCounts(int Compliant, int Drifted, int Failed, int Unknown)
{
    public static PolicyCounts None { get; } = new(0, 0, 0, 0);

    public int Total => Compliant + Drifted + Failed + Unknown;

    public int Of(string status) => status switch
    {
        PolicyStatus.Compliant => Compliant,
        PolicyStatus.Drifted => Drifted,
        PolicyStatus.Failed => Failed,
        _ => Unknown,
    };
}
