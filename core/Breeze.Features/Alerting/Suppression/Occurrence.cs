namespace Breeze.Features.Alerting.Suppression;

/// <summary>One time that a window lasts; its end is not part of it.</summary>
public readonly record struct Occurrence(DateTimeOffset From, DateTimeOffset Until)
{
    public bool Contains(DateTimeOffset at) => From <= at && at < Until;
}
