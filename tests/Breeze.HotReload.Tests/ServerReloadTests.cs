using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Testing;

namespace Breeze.HotReload.Tests;

/// <summary>A server plugin in the real server, replaced by uploads while clients call its endpoint.</summary>
public sealed class ServerReloadTests
{
    const string Id = "samples.hello-server";
    const string Status = $"/api/v1/plugins/{Id}/status";
    const int WarmUp = 5;
    const int Reloads = 50;
    const long AllowedGrowth = 50_000_000;

    [Fact]
    public async Task Fifty_replacements_of_a_server_plugin_fail_no_request_and_leave_nothing_behind()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(cancellationToken: token);
        using var client = await server.SignInAsync(token);
        await ReplaceAsync(client, 0, token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<int>[] callers = [CallAsync(client, stop.Token), CallAsync(client, stop.Token), CallAsync(client, stop.Token)];
        for (var version = 1; version <= WarmUp; version++)
        {
            await ReplaceAsync(client, version, token);
        }

        var before = Memory(server.ProcessId);
        for (var version = WarmUp + 1; version <= WarmUp + Reloads; version++)
        {
            await ReplaceAsync(client, version, token);
        }

        await stop.CancelAsync();
        var requests = await Task.WhenAll(callers);
        // The proof that the last ones are gone comes within ten collections.
        await Task.Delay(1500, token);
        var growth = Memory(server.ProcessId) - before;
        TestContext.Current.TestOutputHelper!.WriteLine($"{requests.Sum()} requests, memory grew by {growth / 1e6:0.0} MB");
        requests.ShouldAllBe(count => count > 0);
        (await StateAsync(client, token)).ShouldBe("active");
        server.Output.ShouldNotContain("leak", Case.Insensitive);
        growth.ShouldBeLessThan(AllowedGrowth);
    }

    /// <summary>Uploads a version and waits until it is the one that answers.</summary>
    static async Task ReplaceAsync(HttpClient client, int version, CancellationToken cancellationToken)
    {
        var greeting = $"Hello {version.ToString(CultureInfo.InvariantCulture)}";
        var package = RepackedPackage.Create(Id, $"1.1.{version.ToString(CultureInfo.InvariantCulture)}", new Dictionary<string, string> { ["greeting"] = greeting });
        using var content = new ByteArrayContent(package);
        content.Headers.ContentType = new("application/octet-stream");
        using var uploaded = await client.PostAsync("/api/v1/plugins", content, cancellationToken);
        uploaded.StatusCode.ShouldBe(HttpStatusCode.Created, await uploaded.Content.ReadAsStringAsync(cancellationToken));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var answer = await client.GetAsync(Status, patience.Token);
            if (answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync(patience.Token)).Contains($"\"{greeting}\"", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(5, patience.Token);
        }
    }

    static async Task<int> CallAsync(HttpClient client, CancellationToken stop)
    {
        for (var count = 0; ; count++)
        {
            using var answer = await client.GetAsync(Status, CancellationToken.None);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            if (stop.IsCancellationRequested)
            {
                return count;
            }
        }
    }

    static async Task<string?> StateAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var plugins = await client.GetFromJsonAsync<JsonElement>("/api/v1/plugins", cancellationToken);
        return plugins.GetProperty("data").EnumerateArray().Single(plugin => plugin.GetProperty("id").GetString() == Id).GetProperty("server_state").GetString();
    }

    static long Memory(int processId) => long.Parse(
        File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024;
}
