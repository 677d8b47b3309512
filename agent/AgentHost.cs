using System.Security.Cryptography;
using Breeze.Agent.Commands;
using Breeze.Agent.Heartbeats;
using Breeze.Agent.Metrics;
using Breeze.Agent.Plugins;
using Breeze.Agent.Remote;
using Breeze.Agent.Server;
using Breeze.Agent.Spool;
using Breeze.Agent.State;
using Breeze.Agent.Wake;
using Breeze.PluginHost;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent;

/// <summary>Puts an enrolled agent together and keeps its parts running.</summary>
sealed partial class AgentHost(
    StateDirectory state, AgentIdentity identity, IProcessRunner processes, ILoggerFactory loggers, TimeProvider time)
{
    static readonly TimeSpan PatienceForPlugins = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PatienceForCommands = TimeSpan.FromSeconds(3);
    static readonly TimeSpan PatienceForStop = TimeSpan.FromSeconds(1.5);
    static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(30);

    readonly ILogger _logger = loggers.CreateLogger("agent");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var authority = File.Exists(state.AuthorityFile) ? state.AuthorityFile : null;
        using var handler = ServerHandler.Create(authority);
        using var http = new HttpMessageInvoker(handler, disposeHandler: false);
        var credentials = new Credentials(state, identity);
        using var server = new ServerClient(handler, new Uri(identity.Server), identity.AgentId, identity.AuthToken);
        using var spool = new MetricSpool(state.Metrics, time, loggers.CreateLogger("metrics"));
        var (heartbeat, results, pluginsChanged, channelChanged, collectorsChanged, statusChanged) =
            (new Signal(), new Signal(), new Signal(), new Signal(), new Signal(), new Signal());
        var config = new ConfigStore(state.ConfigFile, loggers.CreateLogger("config"));
        config.Changed += pluginsChanged.Set;
        config.Changed += channelChanged.Set;
        var random = Random.Shared;
        var trust = Trust();
        var pluginHost = CreatePluginHost(trust);
        var faults = new PluginFaults();
        var set = new PluginSet(
            pluginHost, config, new PackageDownloader(state.Downloads, server), trust, pluginsChanged, random, time,
            loggers.CreateLogger("plugins"));
        var reports = new PluginReports(pluginHost, () => set.Failures, faults);
        using var inventory = new InventoryUploads(state.InventoryFile, server, loggers.CreateLogger("inventory"));
        var buffer = new SampleBuffer(spool);
        var collection = new Collection(
            pluginHost.Extensions, new CollectorRunner(inventory, faults, time, loggers.CreateLogger("collectors")), buffer, inventory,
            collectorsChanged, time);
        var outbox = new ChannelOutbox();
        var journal = new CommandJournal(state.Commands, time, loggers.CreateLogger("commands"));
        using var remote = new RemoteSessions(identity, credentials, authority, pluginHost.Extensions, time, loggers.CreateLogger("remote"));
        using var commands = new CommandRunner(
            journal, new CommandDispatcher(pluginHost, remote), set.FirstPass, outbox, results, time, loggers.CreateLogger("commands"));
        var contact = new Contact(time);
        var memory = new IdleMemory();
        var loop = new HeartbeatLoop(
            server, new HeartbeatComposer(buffer, spool, reports, config, time), collection, config, commands, inventory, credentials, contact, memory,
            heartbeat, results, random, time, loggers.CreateLogger("heartbeat"));
        var sender = new ResultSender(
            journal, server, results, new Backoff(TimeSpan.FromSeconds(2), Backoff.Cap, random), time, loggers.CreateLogger("results"));
        var channel = new WakeChannel(
            http, identity, credentials, config, outbox, commands, new LiveWatch(collection, outbox, time), heartbeat, channelChanged,
            new Backoff(TimeSpan.FromSeconds(5), Backoff.Cap, random), time, loggers.CreateLogger("channel"));
        var status = new StatusWriter(state, contact, config, spool, journal, commands, outbox, reports, statusChanged, time);
        contact.Changed += statusChanged.Set;
        pluginHost.Extensions.Changed += collectorsChanged.Set;
        pluginHost.StatusChanged += changed =>
        {
            if (reports.Observe(changed))
            {
                heartbeat.Set();
            }

            statusChanged.Set();
        };
        faults.Changed += reports.Change;
        set.Changed += PluginsChanged;

        using var stop = new CancellationTokenSource();
        LogStarted(AgentVersion.Current, identity.AgentId, identity.Server);
        Task[] parts =
        [
            SuperviseAsync("plugins", set.RunAsync, stop.Token),
            SuperviseAsync("heartbeat", BeatAsync, stop.Token),
            SuperviseAsync("collectors", collection.RunAsync, stop.Token),
            SuperviseAsync("results", sender.RunAsync, stop.Token),
            SuperviseAsync("channel", channel.RunAsync, stop.Token),
            SuperviseAsync("status", status.RunAsync, stop.Token),
        ];
        await Task.WhenAny(Task.Delay(Timeout.Infinite, cancellationToken));

        LogStopping();
        await Task.WhenAll(commands.StopAsync(PatienceForCommands), remote.StopAsync(PatienceForCommands));
        await stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll(parts), Task.Delay(PatienceForStop, time, CancellationToken.None));
        buffer.Close();
        await Task.WhenAny(pluginHost.DisposeAsync().AsTask(), Task.Delay(PatienceForStop, time, CancellationToken.None));

        async Task BeatAsync(CancellationToken token)
        {
            await Task.WhenAny(set.FirstPass, Task.Delay(PatienceForPlugins, time, token));
            await loop.RunAsync(token);
        }

        void PluginsChanged()
        {
            reports.Change();
            loop.ReadSoon();
            statusChanged.Set();
            memory.PluginsChanged();
        }
    }

    IPluginHost CreatePluginHost(TrustStore trust)
    {
        var pooled = new Lazy<SocketsHttpHandler>(() => new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(15) });
        return new PluginSupervisor(new PluginHostOptions
        {
            Kind = PluginHostKind.Agent,
            StoreDirectory = state.Packages,
            DataDirectory = state.PluginData,
            Trust = trust,
            Processes = processes,
            HttpClientFactory = () => new HttpClient(pooled.Value, disposeHandler: false),
            Connect = PlainConnection.OpenAsync,
            LoggerFactory = loggers,
            Time = time,
            ReservedNames = CommandDispatcher.ReservedNames,
            ValidateSettings = false,
        });
    }

    /// <summary>Only what was pinned at enrolment.</summary>
    TrustStore Trust()
    {
        var keys = new List<TrustedKey>();
        foreach (var key in identity.TrustedKeys)
        {
            try
            {
                keys.Add(TrustedKey.FromSubjectPublicKeyInfo(Convert.FromBase64String(key.PublicKey)));
            }
            catch (Exception error) when (error is FormatException or CryptographicException)
            {
                LogBadKey(key.KeyId, error.Message);
            }
        }

        return new TrustStore(keys);
    }

    /// <summary>A part that fails by a mistake of ours begins anew; the others do not notice.</summary>
    async Task SuperviseAsync(string name, Func<CancellationToken, Task> part, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Run(() => part(cancellationToken), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFault(name, error);
                await Task.WhenAny(Task.Delay(RestartPause, time, cancellationToken));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Breeze agent {Version} started as {AgentId} of {Server}")]
    private partial void LogStarted(string version, Guid agentId, string server);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping")]
    private partial void LogStopping();

    [LoggerMessage(Level = LogLevel.Error, Message = "The pinned key {KeyId} cannot be used: {Reason}")]
    private partial void LogBadKey(string keyId, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The part '{Name}' failed and begins anew; this is a mistake in the agent")]
    private partial void LogFault(string name, Exception error);
}
