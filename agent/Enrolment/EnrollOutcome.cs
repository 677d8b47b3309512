namespace Breeze.Agent.Enrolment;

/// <summary>What became of an enrolment.</summary>
/// <param name="Error">Why it did not work, for a person; <see langword="null"/> when it did.</param>
/// <param name="CanRetry">Whether the same may work later.</param>
/// <param name="RetryAfter">When the server said so: how much later.</param>
sealed record EnrollOutcome(string? Error, bool CanRetry = false, TimeSpan? RetryAfter = null)
{
    public static EnrollOutcome Done { get; } = new(Error: null);

    public static EnrollOutcome Failed(string error) => new(error);
}
