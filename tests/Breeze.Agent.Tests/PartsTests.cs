using System.Text;
using System.Text.Json;
using Breeze.Agent.Commands;
using Breeze.Agent.Metrics;
using Breeze.Agent.Server;
using Breeze.Agent.Wake;
using Breeze.Sdk;

namespace Breeze.Agent.Tests;

public sealed class PartsTests
{
    [Theory]
    [InlineData("https://breeze.example.com", true)]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("http://localhost:5000", true)]
    [InlineData("http://[::1]:5000", true)]
    [InlineData("http://breeze.example.com", false)]
    [InlineData("ftp://breeze.example.com", false)]
    [InlineData("https://user:secret@breeze.example.com", false)]
    [InlineData("breeze.example.com", false)]
    public void Only_addresses_that_keep_the_token_safe_are_taken(string address, bool isGood) =>
        (ServerUrl.Parse(address, insecureHttp: false, out _) is not null).ShouldBe(isGood);

    [Fact]
    public void A_base_path_is_kept_for_requests_and_for_the_channel()
    {
        var server = ServerUrl.Parse("https://example.com/breeze", insecureHttp: false, out _)!;

        new Uri(server, "api/v1").AbsoluteUri.ShouldBe("https://example.com/breeze/api/v1");
        ServerUrl.WebSocket(server, "ws/agents/1").AbsoluteUri.ShouldBe("wss://example.com/breeze/ws/agents/1");
    }

    [Fact]
    public void Waiting_times_grow_to_the_cap_and_vary_there_too()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(5), Backoff.Cap, new Random(1));
        var delays = Enumerable.Range(0, 200).Select(_ => backoff.Next()).ToArray();

        delays[0].ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(5));
        delays.ShouldAllBe(delay => delay <= Backoff.Cap);
        delays[100..].Max().ShouldBeGreaterThan(TimeSpan.FromMinutes(4));
        delays[100..].Distinct().Count().ShouldBeGreaterThan(90);
        backoff.Next(TimeSpan.FromMinutes(10)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(10));
        backoff.AtCap().ShouldBeGreaterThanOrEqualTo(Backoff.Cap / 2);
    }

    [Fact]
    public void After_a_long_outage_heartbeats_come_back_within_an_interval()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(5), Backoff.Cap, new Random(1));
        var cap = Backoff.CapFor(TimeSpan.FromSeconds(60));
        var delays = Enumerable.Range(0, 200).Select(_ => backoff.Next(lower: cap)).ToArray();

        cap.ShouldBe(TimeSpan.FromMinutes(1));
        delays.ShouldAllBe(delay => delay <= cap);
        delays[100..].Max().ShouldBeGreaterThan(TimeSpan.FromSeconds(50));
        delays[100..].Min().ShouldBeLessThan(TimeSpan.FromSeconds(10));
        Backoff.CapFor(TimeSpan.FromSeconds(10)).ShouldBe(TimeSpan.FromMinutes(1));
        Backoff.CapFor(TimeSpan.FromHours(1)).ShouldBe(Backoff.Cap);
    }

    [Fact]
    public async Task Output_is_cut_between_characters()
    {
        var output = new CapturedOutput(new LiveOutput(Guid.NewGuid(), new ChannelOutbox(), TimeProvider.System));
        var text = "x" + string.Concat(Enumerable.Repeat("é", 600_000));

        await output.WriteAsync(OutputStream.Stdout, Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

        var (stdout, stderr) = output.Read("It failed.");
        stdout.ShouldNotContain("\uFFFD");
        stdout.ShouldEndWith("[Output truncated: the first 1 MiB of 1200001 bytes is kept.]\n");
        stderr.ShouldBe("It failed.");
    }

    [Theory]
    [InlineData("""{"content":"x"}""")]
    [InlineData("""{"runtime":"bash"}""")]
    [InlineData("""{"runtime":"bash","content":1}""")]
    [InlineData("""{"runtime":"bash","content":"x","parameters":[]}""")]
    [InlineData("""{"runtime":"bash","content":"x","parameters":{"1A":"x"}}""")]
    [InlineData("""{"runtime":"bash","content":"x","parameters":{"A\n":"x"}}""")]
    [InlineData("""{"runtime":"bash","content":"x","parameters":{"A":{}}}""")]
    [InlineData("""{"runtime":"bash","content":"x","parameters":{"A":"a\u0000b"}}""")]
    [InlineData("null")]
    public void A_malformed_script_is_refused_with_a_reason(string payload)
    {
        ScriptPayload.Parse(JsonElement.Parse(payload), out var error).ShouldBeNull();
        error.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void The_names_of_a_sample_stay_while_a_series_pauses_and_change_for_a_new_one()
    {
        var shape = new SampleShape();
        var first = shape.Build(1, new Dictionary<string, double> { ["b"] = 2, ["a"] = 1 });

        var pause = shape.Build(2, new Dictionary<string, double> { ["a"] = 1 });
        var grown = shape.Build(3, new Dictionary<string, double> { ["a"] = 1, ["b"] = 2, ["c"] = 3 });

        first.Layout.Names.ShouldBe(["a", "b"]);
        // SHA-256 of "a\nb".
        first.Layout.Id.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a\nb"u8))[..16]);
        pause.Sample.Layout.ShouldBe(first.Layout.Id);
        pause.Sample.Values.ShouldBe([1, null]);
        grown.Sample.Layout.ShouldNotBe(first.Layout.Id);
    }

    [Fact]
    public void A_sink_keeps_out_what_is_not_declared_or_no_number()
    {
        var known = new MetricDescriptor("known", "1", MetricKind.Gauge, "Known.") { Labels = ["path"] };
        var sink = new SampleSink([known]);

        sink.Add(known, double.NaN, "/");
        sink.Add(known, 1, "/\"\\\n");
        sink.Add(known, 2);
        sink.Add(new MetricDescriptor("unknown", "1", MetricKind.Gauge, "Unknown."), 3);

        sink.Values.ShouldBe(new Dictionary<string, double> { ["known{path=\"/\\\"\\\\\\n\"}"] = 1 });
        sink.Fault.ShouldNotBeNull();
    }
}
