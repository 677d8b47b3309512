using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.Sdk.Testing;

sealed class TestContext(PluginTestOptions options, JsonElement settings, string dataDirectory, CancellationToken stopping) : IPluginContext
{
    public PluginIdentity Identity { get; } = new(options.PluginId, "0.0.0", 1);

    public JsonElement Settings => settings;

    public string DataDirectory => dataDirectory;

    public string PackageDirectory => options.PackageDirectory;

    public ILogger Logger => NullLogger.Instance;

    public TimeProvider Time => options.Time;

    public IProcessRunner Processes { get; } = options.Processes ?? new NoProcesses();

    public CancellationToken Stopping => stopping;

    public HttpClient CreateHttpClient() => new(options.Http ?? new NoNetwork(), disposeHandler: options.Http is null);

    public ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        options.Connect?.Invoke(host, port, cancellationToken)
        ?? throw new IOException($"This test opens no connections; give {nameof(PluginTestOptions)} a way.");

    sealed class NoProcesses : IProcessRunner
    {
        public ValueTask<ProcessOutcome> RunAsync(ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new ProcessOutcome(ProcessEnd.NotStarted, Message: $"This test starts no processes; give {nameof(PluginTestOptions)} some."));

        public string? Find(string fileName) => null;
    }

    sealed class NoNetwork : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
    }
}
