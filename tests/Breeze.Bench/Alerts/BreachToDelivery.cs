using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Bench.Report;

namespace Breeze.Bench.Alerts;

/// <summary>
/// The time from the first byte of a heartbeat that breaks a rule to the message at a webhook's receiver, for devices that break it at moments of their own.
/// The floor is a heartbeat that breaks nothing and a post to the same receiver.
/// </summary>
static class BreachToDelivery
{
    const double GoalMilliseconds = 2000;

    // Fewer breaches of one rule in a minute than what would be a storm.
    const int DevicesPerRule = 10;

    public static async Task RunAsync(BenchServer server, BenchOptions options, FigureReport report)
    {
        var count = options.Quick ? 20 : 200;
        var span = TimeSpan.FromSeconds(options.Quick ? 10 : 60);
        await using var hook = await HookCounter.StartAsync();
        await PrepareAsync(server, hook.Url, count / DevicesPerRule);
        var agents = await server.EnrolAsync(count);
        await TagAsync(server, agents);
        using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10) }) { BaseAddress = server.Process.Url };
        var plain = new List<double>();
        foreach (var agent in agents)
        {
            var began = Stopwatch.GetTimestamp();
            await SendAsync(client, agent, 0.1);
            using (await client.PostAsJsonAsync(hook.Url, new { event_type = "floor" }))
            {
                plain.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }
        // Whom the rules are for is asked every half minute.
        await Task.Delay(TimeSpan.FromSeconds(35));

        var sent = new ConcurrentDictionary<string, long>();
        var random = new Random(7);
        await Task.WhenAll(agents.Select(async (agent, number) =>
        {
            await Task.Delay(random.NextDouble() * span);
            sent[$"\"bench-{number}\""] = Stopwatch.GetTimestamp();
            await SendAsync(client, agent, 0.99);
        }));
        var times = await ArrivedAsync(hook, sent);
        plain.Sort();
        report.Add("alerts.delivered.missing", "", [count - times.Count]);
        report.Add("alerts.delivered.p50", "ms", [times[times.Count / 2]], plain[plain.Count / 2]);
        report.Add("alerts.delivered.p99", "ms", [times[(int)(times.Count * 0.99) - (times.Count < 100 ? 0 : 1)]], plain[(int)(plain.Count * 0.99) - (plain.Count < 100 ? 0 : 1)]);
        FigureReport.Goal("delivered within 2 s of the breach", times.Count == count && times[(int)(times.Count * 0.99) - (times.Count < 100 ? 0 : 1)] < GoalMilliseconds);
    }

    static async Task<List<double>> ArrivedAsync(HookCounter hook, ConcurrentDictionary<string, long> sent)
    {
        var times = new Dictionary<string, double>();
        var watch = Stopwatch.StartNew();
        while (times.Count < sent.Count && watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            while (hook.Received.TryDequeue(out var message))
            {
                foreach (var (name, at) in sent)
                {
                    if (message.Body.Contains(name, StringComparison.Ordinal))
                    {
                        times.TryAdd(name, Stopwatch.GetElapsedTime(at, message.At).TotalMilliseconds);
                    }
                }
            }
            await Task.Delay(50);
        }
        return [.. times.Values.Order()];
    }

    static async Task SendAsync(HttpClient client, (Guid Id, string Token) agent, double cpu)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/heartbeat")
        {
            Content = JsonContent.Create(new { status = "ok", metrics = new Dictionary<string, double> { ["system.cpu.utilization"] = cpu } }),
        };
        request.Headers.Authorization = new("Bearer", agent.Token);
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A webhook, a route to it, and rules for the devices of a tag each.</summary>
    static async Task PrepareAsync(BenchServer server, string url, int rules)
    {
        var channel = await PostAsync(server, "/api/v1/notification-channels", new { name = "Bench", type = "webhook", rate_per_minute = 1000, settings = new { url, secret = "a secret of the bench" } });
        await PostAsync(server, "/api/v1/notification-routes", new { name = "Bench", channel_ids = new[] { channel.GetProperty("id").GetGuid() }, events = new[] { "firing" } });
        for (var rule = 0; rule < rules; rule++)
        {
            await PostAsync(server, "/api/v1/alert-rules", new { name = $"Busy {rule}", severity = "error", condition = "cpu.percent > 90", target = $"tags has \"bench-{rule}\"" });
        }
    }

    static async Task<JsonElement> PostAsync(BenchServer server, string path, object body)
    {
        using var response = await server.Admin.PostAsJsonAsync(path, body);
        return response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync<JsonElement>()
            : throw new InvalidOperationException($"POST {path}: {await response.Content.ReadAsStringAsync()}");
    }

    static async Task TagAsync(BenchServer server, (Guid Id, string Token)[] agents)
    {
        for (var i = 0; i < agents.Length; i++)
        {
            using var response = await server.Admin.PatchAsJsonAsync($"/api/v1/devices/{agents[i].Id}", new { tags = new[] { "bench-" + (i / DevicesPerRule).ToString(CultureInfo.InvariantCulture) } });
            response.EnsureSuccessStatusCode();
        }
    }
}
