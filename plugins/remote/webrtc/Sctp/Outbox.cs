namespace Breeze.WebRtc.Sctp;

/// <summary>
/// Packets that are ready to leave, so that they can be handed to the pipe without holding the association's lock. Its buffers are used
/// again.
/// </summary>
sealed class Outbox(int packetSize)
{
    const int MaxSpare = 256;

    readonly Stack<byte[]> spare = [];
    readonly Queue<(byte[] Buffer, int Length)> ready = [];

    public int Count => ready.Count;

    public byte[] Rent() => spare.TryPop(out var buffer) ? buffer : new byte[packetSize + 4];

    public void Add(byte[] buffer, int length) => ready.Enqueue((buffer, length));

    public bool TryTake(out byte[] buffer, out int length)
    {
        var has = ready.TryDequeue(out var packet);
        (buffer, length) = packet;
        return has;
    }

    public void Return(byte[] buffer)
    {
        if (spare.Count < MaxSpare)
        {
            spare.Push(buffer);
        }
    }
}
