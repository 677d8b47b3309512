using System.Reflection;

namespace Breeze.Agent.Tests.Support;

/// <summary>Where the build put things.</summary>
static class Build
{
    /// <summary>The agent under test; <c>BREEZE_AGENT</c> names another one, such as a published one.</summary>
    public static string Agent => Environment.GetEnvironmentVariable("BREEZE_AGENT") ?? Path.Combine(Bin("Breeze.Agent"), "breeze-agent" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    public static string Repository => Metadata("Repository");

    public static string Bin(string project) => Path.Combine(Metadata("Binaries"), project, Metadata("Pivot"));

    static string Metadata(string key) => typeof(Build).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
