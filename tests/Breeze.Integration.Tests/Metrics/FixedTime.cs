namespace Breeze.Integration.Tests.Metrics;

/// <summary>A clock that stands where a test puts it.</summary>
sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
