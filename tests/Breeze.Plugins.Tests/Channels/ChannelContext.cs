using System.Net;
using System.Text.Json;
using Breeze.Core.Outgoing;
using Breeze.PluginHost.Processes;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>What the server gives a channel: connections through its guard, to loopback too when the test allows it.</summary>
sealed class ChannelContext(bool allowsLoopback = true, TimeSpan? patience = null) : IPluginContext
{
    readonly GuardedConnector _connector = new(new AddressRules(allowsLoopback ? [IPNetwork.Parse("127.0.0.0/8")] : []));

    public PluginIdentity Identity { get; } = new("tests", "1.0.0", 1);

    public JsonElement Settings { get; } = JsonElement.Parse("{}");

    public string DataDirectory => Path.GetTempPath();

    public string PackageDirectory => AppContext.BaseDirectory;

    public ILogger Logger => NullLogger.Instance;

    public TimeProvider Time => TimeProvider.System;

    public IProcessRunner Processes { get; } = new ProcessRunner();

    public CancellationToken Stopping => CancellationToken.None;

    public HttpClient CreateHttpClient() => new(new RedirectHandler
    {
        InnerHandler = new BoundedAnswers(GuardedHttp.LargestAnswer) { InnerHandler = GuardedHttp.CreateHandler(_connector) },
    })
    { Timeout = patience ?? GuardedHttp.Patience };

    public ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken) => _connector.ConnectAsync(host, port, cancellationToken);
}
