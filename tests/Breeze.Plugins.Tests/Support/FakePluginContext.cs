using System.Text.Json;
using Breeze.PluginHost;
using Breeze.PluginHost.Processes;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.Plugins.Tests.Support;

/// <summary>What a host gives a plugin, for tests.</summary>
sealed class FakePluginContext(string settings = "{}", IProcessRunner? processes = null) : IPluginContext
{
    public PluginIdentity Identity { get; } = new("tests", "1.0.0", 1);

    public JsonElement Settings { get; } = JsonElement.Parse(settings);

    public string DataDirectory => Path.GetTempPath();

    public string PackageDirectory => AppContext.BaseDirectory;

    public ILogger Logger => NullLogger.Instance;

    public TimeProvider Time => TimeProvider.System;

    public IProcessRunner Processes { get; } = processes ?? new ProcessRunner();

    public CancellationToken Stopping => CancellationToken.None;

    public HttpClient CreateHttpClient() => new();

    public ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken) => PlainConnection.OpenAsync(host, port, cancellationToken);
}
