namespace Breeze.Features.Alerting.Rules;

/// <summary>What has an alert of its own.</summary>
public static class AlertPer
{
    public const string Series = "series";
    public const string Device = "device";
}
