namespace Breeze.Sdk.Testing;

/// <summary>What <see cref="PluginConformance"/> found.</summary>
/// <param name="Passed">The rules that the plugin keeps.</param>
/// <param name="Failures">For each rule that it breaks: which, and how.</param>
public sealed record ConformanceReport(IReadOnlyList<string> Passed, IReadOnlyList<string> Failures)
{
    /// <summary>Fails the test when a rule is broken.</summary>
    /// <exception cref="PluginTestException">Lists every failure.</exception>
    public void EnsurePassed()
    {
        if (Failures.Count > 0)
        {
            throw new PluginTestException(string.Join(Environment.NewLine, Failures));
        }
    }
}
