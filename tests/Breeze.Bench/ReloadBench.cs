using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Breeze.Bench.Report;
using Breeze.PluginHost;
using Breeze.PluginHost.Processes;
using Breeze.Sdk;
using Breeze.Testing;

namespace Breeze.Bench;

/// <summary>Swaps of plugins that are in use. The floor is to load and unload the same assembly with nothing around it.</summary>
static class ReloadBench
{
    static readonly string[] AgentPlugins = ["collectors.system", "collectors.hardware", "runtimes.bash", "runtimes.python"];

    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        var swaps = options.Quick ? 10 : 50;
        await AgentAsync(swaps, report);
        await ServerAsync(swaps, report);
    }

    static async Task AgentAsync(int swaps, FigureReport report)
    {
        var root = Directory.CreateTempSubdirectory("breeze-bench-");
        var host = new PluginSupervisor(new PluginHostOptions
        {
            Kind = PluginHostKind.Agent,
            StoreDirectory = Path.Combine(root.FullName, "store"),
            DataDirectory = Path.Combine(root.FullName, "data"),
            Trust = new TrustStore([RepackedPackage.Publisher]),
            Processes = new ProcessRunner(root.FullName),
            HttpClientFactory = () => new HttpClient(),
            ValidateSettings = false,
        });
        foreach (var id in AgentPlugins)
        {
            await host.LoadAsync(RepackedPackage.Find(id), null, CancellationToken.None);
        }

        using var stop = new CancellationTokenSource();
        var load = Task.Run(() => CollectAsync(host, stop.Token));
        foreach (var id in AgentPlugins)
        {
            await host.ReloadAsync(id, null, CancellationToken.None);
        }

        var floor = Floor(host, swaps);
        await host.WhenSettledAsync(CancellationToken.None);
        var before = OwnMemory();
        var times = new List<double>();
        for (var swap = 0; swap < swaps; swap++)
        {
            foreach (var id in AgentPlugins)
            {
                var watch = Stopwatch.StartNew();
                await host.ReloadAsync(id, null, CancellationToken.None);
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        await host.WhenSettledAsync(CancellationToken.None);
        var growth = (OwnMemory() - before) / 1e6;
        await stop.CancelAsync();
        var (requests, failures) = await load;
        report.Add("reload.agent.swap", "ms", [FigureReport.Median(times)], FigureReport.Median(floor));
        report.Add("reload.agent.requests", "", [requests]);
        report.Add("reload.agent.failures", "", [failures]);
        report.Add("reload.agent.leaked", "", [host.Plugins.Sum(plugin => plugin.LeakedGenerations)]);
        report.Add("reload.agent.memory_growth", "MB", [growth]);
        await host.DisposeAsync();
        root.Delete(recursive: true);
    }

    static async Task<(int Requests, int Failures)> CollectAsync(PluginSupervisor host, CancellationToken stop)
    {
        var (requests, failures) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            using var lease = host.Extensions.Acquire<ICollector>("system");
            requests++;
            if (lease is null)
            {
                failures++;
                continue;
            }

            await lease.Value.CollectAsync(new NoSink(), lease.Stopping);
        }

        return (requests, failures);
    }

    static async Task ServerAsync(int swaps, FigureReport report)
    {
        const string id = "samples.hello-server";
        await using var server = await BenchServer.StartAsync();
        await UploadAsync(server, id, 0);
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() => CallAsync(server, id, stop.Token));
        await UploadAsync(server, id, 1);
        var before = Memory(server.Process.ProcessId);
        var times = new List<double>();
        for (var swap = 2; swap < swaps + 2; swap++)
        {
            times.Add(await UploadAsync(server, id, swap));
        }

        var growth = (Memory(server.Process.ProcessId) - before) / 1e6;
        await stop.CancelAsync();
        var (requests, failures) = await load;
        report.Add("reload.server.upload_to_answer", "ms", [FigureReport.Median(times)]);
        report.Add("reload.server.requests", "", [requests]);
        report.Add("reload.server.failures", "", [failures]);
        report.Add("reload.server.memory_growth", "MB", [growth]);
    }

    static async Task<(int Requests, int Failures)> CallAsync(BenchServer server, string id, CancellationToken stop)
    {
        var (requests, failures) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            using var answer = await server.Admin.GetAsync($"/api/v1/plugins/{id}/status", CancellationToken.None);
            requests++;
            failures += answer.IsSuccessStatusCode ? 0 : 1;
        }

        return (requests, failures);
    }

    /// <summary>Milliseconds from the upload of a new version to its first answer.</summary>
    static async Task<double> UploadAsync(BenchServer server, string id, int version)
    {
        var text = version.ToString(CultureInfo.InvariantCulture);
        using var content = new ByteArrayContent(RepackedPackage.Create(id, $"1.1.{text}", new Dictionary<string, string> { ["greeting"] = $"Hello {text}" }));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var watch = Stopwatch.StartNew();
        using var uploaded = await server.Admin.PostAsync("/api/v1/plugins", content);
        uploaded.EnsureSuccessStatusCode();
        while (watch.Elapsed.TotalSeconds < 30)
        {
            using var answer = await server.Admin.GetAsync($"/api/v1/plugins/{id}/status");
            if (answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains($"\"Hello {text}\"", StringComparison.Ordinal))
            {
                return watch.Elapsed.TotalMilliseconds;
            }

            await Task.Delay(1);
        }

        throw new InvalidOperationException("The new version does not answer.");
    }

    /// <summary>Milliseconds of a load and unload of each agent plugin's assembly.</summary>
    static List<double> Floor(PluginSupervisor host, int swaps)
    {
        var times = new List<double>();
        foreach (var plugin in host.Plugins)
        {
            var directory = Directory.GetDirectories(Path.Combine(host.Store.Root, plugin.Id)).First();
            var assembly = Directory.GetFiles(directory, "Breeze.*.dll").First();
            for (var swap = 0; swap < swaps; swap++)
            {
                var watch = Stopwatch.StartNew();
                LoadAndUnload(assembly);
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        return times;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void LoadAndUnload(string path)
    {
        var context = new AssemblyLoadContext(null, isCollectible: true);
        using (var content = new MemoryStream(File.ReadAllBytes(path)))
        {
            _ = context.LoadFromStream(content).GetTypes().Length;
        }

        context.Unload();
    }

    static long OwnMemory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Memory(Environment.ProcessId);
    }

    static long Memory(int processId) => long.Parse(
        File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024;

    sealed class NoSink : ICollectorSink
    {
        public void Add(MetricDescriptor metric, double value, params ReadOnlySpan<string> labels)
        {
        }

        public void AddInventory(string kind, ReadOnlyMemory<byte> utf8Json)
        {
        }
    }
}
