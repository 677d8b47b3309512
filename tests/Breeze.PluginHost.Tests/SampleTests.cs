using System.Text;
using System.Text.Json;
using Breeze.Sdk.Testing;

namespace Breeze.PluginHost.Tests;

public sealed class SampleTests
{
    [Theory]
    [InlineData("samples.hello-collector")]
    [InlineData("samples.hello-server")]
    public async Task A_sample_keeps_every_rule_of_the_lifecycle(string id)
    {
        var report = await PluginConformance.CheckAsync(TestBuild.Sample(id), TestBuild.DevKey, cancellationToken: TestHost.Token);

        report.EnsurePassed();
        report.Passed.Count.ShouldBe(4);
    }

    [Fact]
    public void The_catalog_of_a_sample_tells_its_metrics()
    {
        var trust = new TrustStore([TrustedKey.FromPem(File.ReadAllText(TestBuild.DevKey))]);

        var catalog = PackageReader.Read(TestBuild.Sample("samples.hello-collector"), trust).Package!.Catalog;

        catalog.Provides.ShouldBe(["collector:hello"]);
        catalog.Metrics.Select(metric => metric.Name).ShouldBe(["hello.folder.files", "hello.folder.size"]);
        catalog.Metrics[1].Unit.ShouldBe("By");
        var document = catalog.Inventory.ShouldHaveSingleItem();
        document.Kind.ShouldBe("hello-folder");
        document.Fields.Select(field => (field.Name, field.Value, field.IsList)).ShouldBe(
            [("directory", "text", false), ("extensions", "text", true), ("largest_bytes", "size", false), ("newest_at", "time", false), ("empty", "flag", false)]);
    }

    [Fact]
    public async Task The_sample_collector_measures_the_folder_of_its_settings()
    {
        var folder = Directory.CreateTempSubdirectory("breeze-hello-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a"), "12345", TestHost.Token);
        var settings = new System.Text.Json.Nodes.JsonObject { ["directory"] = folder.FullName }.ToJsonString();

        await using var host = await PluginTestHost.StartAsync(
            new HelloCollector.HelloPlugin(), new PluginTestOptions { SettingsJson = settings }, TestHost.Token);
        var reading = await host.CollectAsync("hello", TestHost.Token);

        reading["hello.folder.files"].ShouldBe(1);
        reading["hello.folder.size"].ShouldBe(5);
        var document = JsonElement.Parse(reading.Inventory["hello-folder"]);
        document.GetProperty("largest_bytes").GetInt64().ShouldBe(5);
        document.GetProperty("empty").GetBoolean().ShouldBeFalse();
        DateTimeOffset.Parse(document.GetProperty("newest_at").GetString()!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddHours(-1));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_sample_server_plugin_shows_its_greeting_and_counts_its_job()
    {
        var options = new PluginTestOptions { Host = Sdk.PluginHostKind.Server, SettingsJson = """{"greeting": "Good morning"}""" };
        await using var host = await PluginTestHost.StartAsync(new HelloServer.HelloPlugin(), options, TestHost.Token);

        await host.RunJobAsync("count", TestHost.Token);
        var card = await host.RenderAsync("hello", cancellationToken: TestHost.Token);
        var answer = await host.CallAsync("GET", "status", cancellationToken: TestHost.Token);

        card.TemplatePath.ShouldBe("templates/card.html");
        card.Model.GetProperty("greeting").GetString().ShouldBe("Good morning");
        JsonElement.Parse(Encoding.UTF8.GetString(answer.Body.Span)).GetProperty("job_runs").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_test_host_refuses_what_a_host_would_refuse()
    {
        var options = new PluginTestOptions { Host = Sdk.PluginHostKind.Server };

        var failure = await Should.ThrowAsync<PluginTestException>(
            () => PluginTestHost.StartAsync(new HelloCollector.HelloPlugin(), options, TestHost.Token));

        failure.Message.ShouldContain("belongs to the agent");
    }
}
