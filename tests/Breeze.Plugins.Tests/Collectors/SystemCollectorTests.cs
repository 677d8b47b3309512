using System.Globalization;
using Breeze.Collectors.System;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class SystemCollectorTests
{
    [Fact]
    public async Task The_first_reading_is_plausible_and_complete()
    {
        await using var plugin = await RunningPlugin.StartAsync(new SystemPlugin());
        var sink = await plugin.CollectAsync();

        sink["system.cpu.utilization"].ShouldBeInRange(0, 1);
        sink["system.cpu.core.utilization{0}"].ShouldBeInRange(0, 1);
        sink["system.cpu.load_average.1m"].ShouldBeGreaterThanOrEqualTo(0);
        var total = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal", StringComparison.Ordinal));
        sink["system.memory.limit"].ShouldBe(1024 * double.Parse(total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
        string[] states = ["used", "free", "cached", "buffers"];
        states.Sum(state => sink[$"system.memory.usage{{{state}}}"]).ShouldBe(sink["system.memory.limit"], 1);
        sink["system.memory.utilization"].ShouldBeInRange(0.001, 1);
        sink["system.filesystem.utilization{/}"].ShouldBeInRange(0, 1);
        sink["system.filesystem.limit{/}"].ShouldBe(new DriveInfo("/").TotalSize);
        sink["system.uptime"].ShouldBe(Environment.TickCount64 / 1000.0, 60);
        sink["system.process.count"].ShouldBeGreaterThan(2);
        sink.Samples.Values.ShouldAllBe(value => double.IsFinite(value) && value >= 0);
    }

    [Fact]
    public async Task Every_sample_is_declared_with_its_labels()
    {
        await using var plugin = await RunningPlugin.StartAsync(new SystemPlugin());
        var sink = await plugin.CollectAsync();
        var declared = plugin.Registered.Collectors[0].Metrics;
        sink.Emitted.Except(declared).ShouldBeEmpty();
        sink.LabelMistakes.ShouldBeEmpty();
        declared.Select(metric => metric.Name).ShouldBeUnique();
    }

    [Fact]
    public async Task Load_shows_in_the_CPU_utilization()
    {
        await using var plugin = await RunningPlugin.StartAsync(new SystemPlugin());
        await plugin.CollectAsync();
        var start = TimeProvider.System.GetTimestamp();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
                Thread.SpinWait(1000);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        (await plugin.CollectAsync())["system.cpu.utilization"].ShouldBeGreaterThan(0.4);
    }

    [Theory]
    [InlineData("""{"exclude_mountpoints": ["/"]}""", "system.filesystem.limit{/}")]
    [InlineData("""{"exclude_mountpoints": ["*"]}""", "system.filesystem.limit{/}")]
    [InlineData("""{"per_core": false}""", "system.cpu.core.utilization{0}")]
    public async Task Settings_leave_out_what_they_name(string settings, string left)
    {
        await using var plugin = await RunningPlugin.StartAsync(new SystemPlugin(), settings);
        (await plugin.CollectAsync()).Samples.Keys.ShouldNotContain(left);
    }

    [Theory]
    [InlineData("""{"exclude_mountpoints": 5, "exclude_interfaces": [null, 1, {"a": 2}], "per_core": "no"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"exclude_interfaces": ["(((", "", "[a-"]}""")]
    public async Task Settings_of_the_wrong_shape_take_the_defaults(string settings)
    {
        await using var plugin = await RunningPlugin.StartAsync(new SystemPlugin(), settings);
        (await plugin.CollectAsync()).Samples.Keys.ShouldContain("system.filesystem.limit{/}");
    }

    [Fact]
    public async Task Nothing_is_emitted_before_the_start_or_after_the_stop()
    {
        var plugin = new SystemPlugin();
        await plugin.StopAsync(Breeze.Sdk.StopReason.Failed, TestContext.Current.CancellationToken);
        var running = await RunningPlugin.StartAsync(plugin);
        await running.DisposeAsync();
        await running.DisposeAsync();
        (await running.CollectAsync()).Samples.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reading_makes_little_garbage()
    {
        await using var plugin = await RunningPlugin.StartAsync(new SystemPlugin());
        var (collector, sink) = (plugin.Registered.Collectors[0], new SilentSink());
        for (var warm = 0; warm < 3; warm++)
            await collector.CollectAsync(sink, TestContext.Current.CancellationToken);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var reading = 0; reading < 100; reading++)
            await collector.CollectAsync(sink, TestContext.Current.CancellationToken);
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).ShouldBeLessThan(8 * 1024);
    }

    sealed class SilentSink : Breeze.Sdk.ICollectorSink
    {
        public void Add(Breeze.Sdk.MetricDescriptor metric, double value, params ReadOnlySpan<string> labels)
        {
        }

        public void AddInventory(string kind, ReadOnlyMemory<byte> utf8Json)
        {
        }
    }
}
