namespace HelloServer;

/// <summary>What the card and the endpoint show. Safe from any thread, since both are called concurrently with the job.</summary>
sealed class HelloState
{
    volatile HelloOptions options = new();
    DateTimeOffset loadedAt;
    int jobRuns;

    public void Begin(HelloOptions value, DateTimeOffset now) => (options, loadedAt) = (value, now);

    public void CountJob() => Interlocked.Increment(ref jobRuns);

    public HelloStatus Describe() => new(options.Greeting, loadedAt, Volatile.Read(ref jobRuns));
}
