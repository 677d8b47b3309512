using System.Reflection;

namespace Breeze.PluginHost.Tests;

/// <summary>Where the build has put what the tests need.</summary>
static class TestBuild
{
    public static string FixtureAssembly => Path.Combine(Get("FixtureDirectory"), "Breeze.Fixture.dll");

    public static string DevKey => Get("DevKey");

    public static string Sample(string id) => Path.Combine(Get("SamplesDirectory"), id + ".bpkg");

    static string Get(string key) =>
        typeof(TestBuild).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value!;
}
