using Breeze.Agent.Metrics;
using Breeze.Agent.Plugins;
using Breeze.Agent.Spool;
using Breeze.Agent.State;
using Breeze.Protocol;

namespace Breeze.Agent.Heartbeats;

/// <summary>Puts heartbeats together: the fresh readings, one batch of old ones, and what is new about the plugins.</summary>
sealed class HeartbeatComposer(
    SampleBuffer buffer, MetricSpool spool, PluginReports plugins, ConfigStore config, TimeProvider time)
{
    readonly string _instance = Guid.NewGuid().ToString("n");
    readonly HashSet<string> _knownLayouts = [];
    SpoolBatch? _suspect;

    public Beat Compose(IReadOnlyList<Guid> running)
    {
        var fresh = buffer.Take();
        // After the server took exception to a content, one heartbeat goes without old readings: it shows whose fault it was.
        var batch = _suspect is null ? spool.Take() : null;
        List<Reading> readings = [.. fresh, .. batch?.Readings ?? []];
        var version = plugins.Version;
        var request = new HeartbeatRequest
        {
            Status = "ok",
            AgentVersion = AgentVersion.Current,
            SentAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ConfigVersion = config.Current.ConfigVersion,
            Instance = _instance,
            Layouts = [.. readings.Select(reading => reading.Layout).DistinctBy(layout => layout.Id)
                .Where(layout => !_knownLayouts.Contains(layout.Id))],
            Samples = [.. readings.Select(reading => reading.Sample)],
            Running = running,
            Plugins = plugins.IsNews ? plugins.Read() : null,
        };
        return new Beat(this, request, fresh, batch, version);
    }

    /// <summary>Returns whether something is left that should go out at once.</summary>
    bool Delivered(Beat beat, IReadOnlyList<string> unknown)
    {
        plugins.Sent(beat.PluginVersion);
        foreach (var layout in beat.Request.Layouts!)
        {
            _knownLayouts.Add(layout.Id);
        }

        _knownLayouts.ExceptWith(unknown);
        buffer.Online();
        foreach (var reading in beat.Fresh.Where(reading => unknown.Contains(reading.Layout.Id)))
        {
            buffer.Add(reading);
        }

        if (beat.Batch is { } batch)
        {
            if (batch.Readings.Any(reading => unknown.Contains(reading.Layout.Id)))
            {
                spool.Return(batch);
            }
            else
            {
                spool.Delivered(batch);
            }
        }
        else if (_suspect is not null)
        {
            // Without it the server was content.
            spool.Delivered(_suspect);
            _suspect = null;
        }

        return unknown.Count > 0;
    }

    void Failed(Beat beat, bool contentAtFault)
    {
        if (beat.Batch is { } batch)
        {
            spool.Return(batch);
            _suspect = contentAtFault ? batch : null;
        }

        buffer.Offline(beat.Fresh);
    }

    /// <summary>One heartbeat on its way. Disposed of without an outcome, nothing of it counts as delivered.</summary>
    public sealed class Beat(
        HeartbeatComposer composer, HeartbeatRequest request, IReadOnlyList<Reading> fresh, SpoolBatch? batch, long pluginVersion)
        : IDisposable
    {
        bool _settled;

        public HeartbeatRequest Request { get; } = request;

        public IReadOnlyList<Reading> Fresh { get; } = fresh;

        public SpoolBatch? Batch { get; } = batch;

        public long PluginVersion { get; } = pluginVersion;

        public bool Delivered(IReadOnlyList<string> unknownLayouts)
        {
            _settled = true;
            return composer.Delivered(this, unknownLayouts);
        }

        public void Failed(bool contentAtFault)
        {
            _settled = true;
            composer.Failed(this, contentAtFault);
        }

        public void Dispose()
        {
            if (!_settled)
            {
                Failed(contentAtFault: false);
            }
        }
    }
}
