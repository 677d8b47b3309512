namespace Breeze.Fixture;

/// <summary>A type of the plugin's own: a host that kept it would keep the plugin's code.</summary>
public sealed class FixtureException() : Exception("This fixture fails on purpose.");
