namespace Breeze.WebRtc.Sctp.Receiving;

/// <summary>
/// Counts what waits here: for missing fragments, for its turn in a stream, for the reader. The peer is told what is left; memory that
/// buffers occupy beyond their content counts by half, so that a flood of tiny messages closes the window as well.
/// </summary>
sealed class ReceiveWindow(int size)
{
    const int Overhead = 96;

    long payload, allocated;

    public int Size => size;
    public long Used => Math.Max(payload, allocated / 2);
    public uint Left => (uint)Math.Max(0, size - Used);

    /// <summary>Nothing new is taken any more, only what closes a gap.</summary>
    public bool IsFull => Used >= size;

    /// <summary>Nothing at all is taken: only a peer that ignores the window comes here.</summary>
    public bool IsExceeded => Used >= 2L * size;

    public bool HasRoomFor(int capacity) => allocated + capacity <= size;

    public void Open(int capacity) => allocated += capacity + Overhead;

    public void Fill(int bytes) => payload += bytes;

    public void Close(int capacity, int bytes)
    {
        allocated -= capacity + Overhead;
        payload -= bytes;
    }

    public void Resize(int from, int to) => allocated += to - from;
}
