namespace Breeze.Features.Alerting.Escalation;

/// <summary>How much and how long.</summary>
public static class EscalationLimits
{
    /// <summary>Policies of a partner.</summary>
    public const int Policies = 200;
    public const int Steps = 20;
    public const int Targets = 20;
    public const int LongestWait = 1440;
    public const int Repeats = 20;

    /// <summary>Ways to tell one person.</summary>
    public const int ContactMethods = 10;
    public const int Batch = 50;

    /// <summary>How long an alert that nobody hears of now is left until it is looked at again.</summary>
    public static readonly TimeSpan Suppressed = TimeSpan.FromMinutes(1);
}
