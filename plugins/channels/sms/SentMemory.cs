namespace Breeze.Channels.Sms;

/// <summary>Who got which notification lately, for those that are tried again because somebody else did not get them.</summary>
sealed class SentMemory
{
    const int Capacity = 2000;
    readonly Lock _lock = new();
    readonly HashSet<(Guid, string)> _known = [];
    readonly Queue<(Guid, string)> _order = [];

    public bool Holds(Guid notification, string recipient)
    {
        lock (_lock)
            return _known.Contains((notification, recipient));
    }

    public void Add(Guid notification, string recipient)
    {
        lock (_lock)
        {
            if (_known.Add((notification, recipient)))
                _order.Enqueue((notification, recipient));
            if (_order.Count > Capacity)
                _known.Remove(_order.Dequeue());
        }
    }
}
