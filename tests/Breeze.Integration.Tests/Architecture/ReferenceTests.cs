using System.Xml.Linq;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Architecture;

/// <summary>Who may know whom, read from the project files and from what the agent ships.</summary>
public sealed class ReferenceTests
{
    static readonly List<Project> Projects =
        [.. Directory.EnumerateFiles(RepositoryPaths.Root, "*.csproj", SearchOption.AllDirectories)
            .Where(p => !p.Contains("/node_modules/", StringComparison.Ordinal) && !p.Contains("/artifacts/", StringComparison.Ordinal)).Select(Project.Read)];

    [Fact]
    public void The_core_knows_no_feature_and_no_web()
    {
        var core = Under("core");
        core.ShouldNotBeEmpty();
        core.SelectMany(p => p.References).ShouldAllBe(r => r.StartsWith("core/", StringComparison.Ordinal) || r.StartsWith("sdk/", StringComparison.Ordinal));
        core.SelectMany(p => p.Frameworks).ShouldBeEmpty();
        core.SelectMany(p => p.Packages).ShouldAllBe(p => !p.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_but_tests_references_the_web_or_the_agent()
    {
        foreach (var project in Projects.Where(p => !p.Path.StartsWith("tests/", StringComparison.Ordinal)))
        {
            project.References.ShouldAllBe(r => !r.StartsWith("web/", StringComparison.Ordinal) && !r.StartsWith("agent/", StringComparison.Ordinal), project.Path);
        }
    }

    /// <summary>Libraries that stand alone and lie among the plugins.</summary>
    static readonly string[] Libraries = ["plugins/remote/webrtc/Breeze.WebRtc.csproj", "plugins/remote/x11/Breeze.X11.csproj"];

    [Theory]
    [InlineData("plugins")]
    [InlineData("samples")]
    public void Plugins_are_built_against_the_SDK_alone(string folder)
    {
        var plugins = Under(folder);
        plugins.ShouldNotBeEmpty();
        plugins.SelectMany(p => p.References).ShouldAllBe(r => r.StartsWith("sdk/", StringComparison.Ordinal) || Libraries.Contains(r));
        Projects.Where(p => Libraries.Contains(p.Path)).SelectMany(p => p.References).ShouldBeEmpty();
        // What they share is in a file above them.
        foreach (var shared in Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, folder), "Directory.Build.*"))
        {
            Project.Read(shared).References.ShouldAllBe(r => r.Contains("sdk/", StringComparison.Ordinal), shared);
        }
    }

    [Fact]
    public void The_SDK_stands_on_nothing_of_ours() =>
        Projects.Single(p => p.Path == "sdk/Breeze.Sdk/Breeze.Sdk.csproj").References.ShouldBeEmpty();

    [Fact]
    public void The_agent_carries_no_server()
    {
        Projects.Single(p => p.Path == "agent/Breeze.Agent.csproj").References.Order()
            .ShouldBe(["core/Breeze.PluginHost/Breeze.PluginHost.csproj", "core/Breeze.Protocol/Breeze.Protocol.csproj", "sdk/Breeze.Sdk/Breeze.Sdk.csproj"]);
        var shipped = Directory.EnumerateFiles(RepositoryPaths.Output("Breeze.Agent"), "*.dll").Select(Path.GetFileName).ToList();
        shipped.ShouldContain("breeze-agent.dll");
        shipped.ShouldAllBe(f => !f!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) && !f.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) && !f.StartsWith("Npgsql", StringComparison.Ordinal));
        shipped.Where(f => f!.StartsWith("Breeze.", StringComparison.Ordinal)).Order().ShouldBe(["Breeze.PluginHost.dll", "Breeze.Protocol.dll", "Breeze.Sdk.dll"]);
        File.ReadAllText(Path.Combine(RepositoryPaths.Output("Breeze.Agent"), "breeze-agent.runtimeconfig.json")).ShouldNotContain("Microsoft.AspNetCore.App");
    }

    static List<Project> Under(string folder) => [.. Projects.Where(p => p.Path.StartsWith(folder + "/", StringComparison.Ordinal))];

    sealed record Project(string Path, string[] References, string[] Packages, string[] Frameworks)
    {
        public static Project Read(string file)
        {
            var xml = XDocument.Load(file);
            var directory = System.IO.Path.GetDirectoryName(file)!;
            string Resolve(string include) => System.IO.Path.GetRelativePath(RepositoryPaths.Root, System.IO.Path.GetFullPath(include.Replace("$(MSBuildThisFileDirectory)", directory + "/", StringComparison.Ordinal), directory));
            string[] Of(string element) => [.. xml.Descendants(element).Select(e => (string?)e.Attribute("Include")).OfType<string>()];
            return new(System.IO.Path.GetRelativePath(RepositoryPaths.Root, file), [.. Of("ProjectReference").Select(Resolve)], Of("PackageReference"), Of("FrameworkReference"));
        }
    }
}
