namespace Breeze.Features.Alerting.Evaluation;

/// <summary>What one evaluation looks at: a reading, or a moment without one, and the state of one alert. Lives on the stack.</summary>
readonly ref struct Frame(Guid device, string label, long atMs, ReadOnlySpan<double> values, int[][] places, Span<long> timers)
{
    public Guid Device { get; } = device;

    /// <summary>The series; empty for the device as a whole.</summary>
    public string Label { get; } = label;

    public long AtMs { get; } = atMs;

    /// <summary>The reading's values; empty without a reading.</summary>
    public ReadOnlySpan<double> Values { get; } = values;

    /// <summary>For each leaf where in the values it looks.</summary>
    public int[][] Places { get; } = places;

    /// <summary>Since when each part with a duration holds, in Unix milliseconds; 0 when it does not.</summary>
    public Span<long> Timers { get; } = timers;
}
