namespace Breeze.Features.Alerting.OnCall;

/// <summary>How much and how long.</summary>
public static class OnCallLimits
{
    /// <summary>Schedules of a partner.</summary>
    public const int Schedules = 200;
    public const int Layers = 10;
    public const int Users = 50;
    public const int Hours = 10;
    public const int LongestShift = 366;

    /// <summary>Overrides of a schedule that are not over.</summary>
    public const int Overrides = 500;

    /// <summary>How much of a calendar is worked out at once.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(62);
    public static readonly TimeSpan LongestOverride = TimeSpan.FromDays(366);
}
