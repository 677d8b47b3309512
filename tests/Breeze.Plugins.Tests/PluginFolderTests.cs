using System.Runtime.CompilerServices;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests;

/// <summary>What every plugin folder has in common.</summary>
public sealed class PluginFolderTests
{
    public static TheoryData<string> Folders =>
    [
        "collectors/system", "collectors/hardware", "collectors/software", "collectors/services", "collectors/patches", "collectors/sessions", "collectors/processes",
        "collectors/network", "collectors/event-log", "runtimes/bash", "runtimes/python", "actions/power", "remote/consent", "remote/desktop", "remote/files", "remote/terminal", "remote/webrtc-transport",
    ];

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_manifest_names_the_folder_and_an_entry_that_registers_without_a_host(string folder)
    {
        var manifest = Read(folder, "plugin.json");
        manifest.GetProperty("id").GetString().ShouldBe(folder.Replace('/', '.'));
        var entry = manifest.GetProperty("entry");
        var type = Type.GetType($"{entry.GetProperty("type")}, {Path.GetFileNameWithoutExtension(entry.GetProperty("assembly").GetString())}", throwOnError: true)!;
        var plugin = Activator.CreateInstance(type).ShouldBeAssignableTo<IBreezePlugin>()!;
        var builder = new FakeBuilder();
        plugin.Register(builder);
        (builder.Collectors.Count + builder.Runtimes.Count + builder.Remotes.Count + builder.Transports.Count + builder.Prompts.Count + (builder.Collectors.Count == 0 ? builder.Handlers.Count : 0)).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_settings_are_strict_and_each_has_a_title_a_description_and_a_default(string folder)
    {
        var schema = Read(folder, "config.schema.json");
        schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            foreach (var needed in (string[])["title", "description", "default", "type"])
                property.Value.TryGetProperty(needed, out _).ShouldBeTrue($"{property.Name} has no {needed}");
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_readme_names_every_setting_and_metric_with_its_unit(string folder)
    {
        var readme = File.ReadAllText(Path.Combine(Root(), folder, "README.md"));
        foreach (var setting in Read(folder, "config.schema.json").GetProperty("properties").EnumerateObject())
            readme.ShouldContain($"| `{setting.Name}` |");
        var builder = new FakeBuilder();
        if (folder == "collectors/system")
            new Breeze.Collectors.System.SystemPlugin().Register(builder);
        if (folder == "collectors/processes")
            new Breeze.Collectors.Processes.ProcessesPlugin().Register(builder);
        foreach (var metric in builder.Collectors.SelectMany(collector => collector.Metrics))
            readme.ShouldContain($"| `{metric.Name}` | `{metric.Unit}` |");
    }

    static JsonElement Read(string folder, string file) => JsonElement.Parse(File.ReadAllText(Path.Combine(Root(), folder, file)));

    static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../../plugins"));
}
