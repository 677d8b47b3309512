using System.Collections.Concurrent;

namespace Breeze.Core.Transport;

/// <summary>Who wants to be told on this node when a device is let go of.</summary>
sealed class DeviceCuts
{
    readonly ConcurrentDictionary<Guid, (Guid DeviceId, Action Cut)> _cuts = new();

    public IDisposable Add(Guid deviceId, Action cut)
    {
        var id = Guid.NewGuid();
        _cuts[id] = (deviceId, cut);
        return new Entry(this, id);
    }

    public void Cut(Guid deviceId)
    {
        foreach (var (device, cut) in _cuts.Values)
        {
            if (device == deviceId)
            {
                cut();
            }
        }
    }

    sealed class Entry(DeviceCuts cuts, Guid id) : IDisposable
    {
        public void Dispose() => cuts._cuts.TryRemove(id, out _);
    }
}
