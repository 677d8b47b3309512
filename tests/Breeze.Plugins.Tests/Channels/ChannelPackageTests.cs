using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Breeze.PluginHost;
using Breeze.PluginHost.Processes;
using Breeze.Sdk;
using Breeze.Sdk.Testing;
using Breeze.Testing;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>The packages of the channels, in a real host, and what their folders have in common.</summary>
public sealed class ChannelPackageTests
{
    public static TheoryData<string> Types => [.. RunningChannel.All];

    [Theory, MemberData(nameof(Types))]
    public async Task A_package_keeps_the_rules_of_the_lifecycle(string type) =>
        (await PluginConformance.CheckAsync(
            RepackedPackage.Find($"channels.{type}"), Path.Combine(RepositoryPaths.Artifacts, "keys", "breeze-dev.pem.pub"), cancellationToken: TestContext.Current.CancellationToken)).EnsurePassed();

    [Theory, MemberData(nameof(Types))]
    public async Task A_generation_that_has_delivered_unloads(string type)
    {
        var root = Directory.CreateTempSubdirectory("breeze-channels-").FullName;
        var context = new ChannelContext();
        await using var receiver = await HttpReceiver.StartAsync();
        await using var server = type == "email" ? await SmtpReceiver.StartAsync("starttls") : null;
        var settings = server is null
            ? RunningChannel.SettingsFor(type, receiver.Url)
            : new JsonObject
            {
                ["host"] = "127.0.0.1", ["port"] = server.Port, ["from"] = "alerts@example.com", ["recipients"] = new JsonArray("one@example.com"), ["authority"] = server.Authority,
            };
        try
        {
            await using var host = new PluginSupervisor(new PluginHostOptions
            {
                Kind = PluginHostKind.Server,
                StoreDirectory = Path.Combine(root, "store"),
                DataDirectory = Path.Combine(root, "data"),
                Trust = new TrustStore([RepackedPackage.Publisher]),
                Processes = new ProcessRunner(),
                HttpClientFactory = context.CreateHttpClient,
                Connect = context.ConnectAsync,
            });
            for (var generation = 0; generation < 3; generation++)
            {
                (await host.LoadAsync(RepackedPackage.Find($"channels.{type}"), null, TestContext.Current.CancellationToken)).Error.ShouldBeNull();
                (await DeliverAsync(host, type, settings)).ShouldBeNull();
                await host.UnloadAsync($"channels.{type}", StopReason.Removed, TestContext.Current.CancellationToken);
            }
            await host.WhenSettledAsync(TestContext.Current.CancellationToken);
            host.Plugins.ShouldHaveSingleItem().LeakedGenerations.ShouldBe(0);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Theory, MemberData(nameof(Types))]
    public async Task The_form_is_strict_says_what_each_field_wants_and_hides_secrets_and_the_readme_names_them(string type)
    {
        await using var channel = await RunningChannel.StartAsync(type);
        var schema = JsonElement.Parse(channel.Schema.Span);
        schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
        var required = schema.GetProperty("required").EnumerateArray().Select(r => r.GetString()!).ToList();
        var folder = Path.Combine(RepositoryPaths.Root, "plugins", "channels", type);
        var readme = await File.ReadAllTextAsync(Path.Combine(folder, "README.md"), TestContext.Current.CancellationToken);
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            foreach (var needed in (string[])["title", "description", "type"])
                property.Value.TryGetProperty(needed, out _).ShouldBeTrue($"{property.Name} has no {needed}");
            var isSecret = property.Value.TryGetProperty("writeOnly", out var hidden) && hidden.GetBoolean();
            isSecret.ShouldBe(property.Name is "webhook_url" or "password" or "secret" or "authorization" or "routing_key" or "api_key" or "bot_token" or "token", property.Name);
            (required.Contains(property.Name) || isSecret || property.Value.TryGetProperty("default", out _)).ShouldBeTrue($"{property.Name} has no default");
            readme.ShouldContain($"| `{property.Name}` |");
        }
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "plugin.json"), TestContext.Current.CancellationToken));
        manifest.RootElement.GetProperty("id").GetString().ShouldBe($"channels.{type}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static async Task<string?> DeliverAsync(PluginSupervisor host, string type, JsonObject settings)
    {
        using var lease = host.Extensions.Acquire<IAlertChannel>(type).ShouldNotBeNull();
        var result = await lease.Value.NotifyAsync(Alerts.Merged, JsonElement.Parse(settings.ToJsonString()), TestContext.Current.CancellationToken);
        return result.Error;
    }
}
