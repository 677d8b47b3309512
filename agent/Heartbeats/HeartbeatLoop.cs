using Breeze.Agent.Commands;
using Breeze.Agent.Metrics;
using Breeze.Agent.Plugins;
using Breeze.Agent.Server;
using Breeze.Agent.State;
using Breeze.Protocol;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Heartbeats;

/// <summary>
/// Reads the metrics at every interval, and reports to the server as often as it can be reached. The two go apart in an outage: readings
/// keep their rhythm, attempts follow the backoff.
/// </summary>
sealed partial class HeartbeatLoop(
    ServerClient server,
    HeartbeatComposer composer,
    Collection collection,
    ConfigStore config,
    CommandRunner commands,
    InventoryUploads inventory,
    Credentials credentials,
    Contact contact,
    IdleMemory memory,
    Signal wake,
    Signal results,
    Random random,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>However often it is woken, the loop does not beat faster than this.</summary>
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    readonly Backoff _backoff = new(TimeSpan.FromSeconds(5), Backoff.Cap, random);
    string? _upgradeTo;
    int _readSoon;

    /// <summary>Asks for a reading and a heartbeat out of turn, such as when there are new collectors.</summary>
    public void ReadSoon()
    {
        Interlocked.Exchange(ref _readSoon, 1);
        wake.Set();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var nextReading = Deadline.Now(time);
        var nextAttempt = Deadline.Now(time);
        while (!cancellationToken.IsCancellationRequested)
        {
            var woken = await wake.WaitAsync(Shorter(nextReading.Left, nextAttempt.Left), time, cancellationToken);
            var due = nextReading.IsOver || Interlocked.Exchange(ref _readSoon, 0) == 1;
            if (due)
            {
                nextReading = Deadline.In(Jittered(config.Interval), time);
                await collection.CollectBeatAsync(cancellationToken);
            }

            if (!(due && contact.IsOnline) && !woken && !nextAttempt.IsOver)
            {
                continue;
            }

            var pause = await BeatAsync(cancellationToken);
            nextAttempt = Deadline.In(pause ?? Timeout.InfiniteTimeSpan, time);
            if (nextReading.Left > config.Interval * 1.1)
            {
                // The server has shortened the interval.
                nextReading = Deadline.In(Jittered(config.Interval), time);
            }

            memory.Trim();
            await Task.Delay(Shortest, time, cancellationToken);
        }
    }

    /// <summary>Sends one heartbeat; returns when to try again if it failed, or <see langword="null"/>.</summary>
    async Task<TimeSpan?> BeatAsync(CancellationToken cancellationToken)
    {
        using var beat = composer.Compose(commands.Running);
        var answer = await server.HeartbeatAsync(beat.Request, cancellationToken);
        if (answer is not { IsSuccess: true, Value: { } response })
        {
            beat.Failed(answer.IsContentError);
            Report(answer);
            return answer.IsRefusal ? _backoff.AtCap(answer.RetryAfter) : _backoff.Next(answer.RetryAfter, Backoff.CapFor(config.Interval));
        }

        var again = beat.Delivered(response.UnknownLayouts ?? []);
        _backoff.Reset();
        if (contact.Made())
        {
            LogOnline();
            results.Set();
        }

        if (response.AuthToken is { Length: > 0 } token)
        {
            // On the disk before its first use, which ends the one before.
            credentials.Replace(token);
            server.UseToken(token);
            LogToken();
        }

        if (response.ConfigUpdate is { } update)
        {
            LogConfig(update.ConfigVersion);
            config.Update(update);
        }

        foreach (var command in response.Commands ?? [])
        {
            commands.Accept(command);
        }

        Upgrade(response.UpgradeTo);
        if (inventory.IsWaiting)
        {
            await inventory.SendAsync(cancellationToken);
        }

        return again ? TimeSpan.Zero : null;
    }

    void Report(ServerAnswer<HeartbeatResponse> answer)
    {
        var reason = answer.Error!;
        contact.Lost(reason);
        if (answer.IsRefusal)
        {
            LogRefused(answer.Status, reason);
        }
        else
        {
            LogFailed(reason);
        }
    }

    void Upgrade(string? version)
    {
        if (version is not null && version != _upgradeTo)
        {
            LogUpgrade(version, AgentVersion.Current);
        }

        _upgradeTo = version;
    }

    TimeSpan Jittered(TimeSpan interval) => interval * (0.9 + (0.2 * random.NextDouble()));

    static TimeSpan Shorter(TimeSpan one, TimeSpan other) =>
        other == Timeout.InfiniteTimeSpan || (one != Timeout.InfiniteTimeSpan && one < other) ? one : other;

    [LoggerMessage(Level = LogLevel.Information, Message = "In contact with the server")]
    private partial void LogOnline();

    [LoggerMessage(Level = LogLevel.Information, Message = "The server gave this agent its next token")]
    private partial void LogToken();

    [LoggerMessage(Level = LogLevel.Information, Message = "New configuration {Version}")]
    private partial void LogConfig(string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server cannot be reached: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "The server refuses this agent ({Status}): {Reason} The agent stays enrolled and asks again now and then.")]
    private partial void LogRefused(int status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server asks for agent {Wanted}; this is {Current}. Install it when convenient.")]
    private partial void LogUpgrade(string wanted, string current);
}
