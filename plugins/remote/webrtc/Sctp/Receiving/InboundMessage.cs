using System.Buffers;

namespace Breeze.WebRtc.Sctp.Receiving;

/// <summary>A received message, or the piece of one, in a pooled buffer that counts against the window until it is released.</summary>
sealed class InboundMessage
{
    readonly ReceiveWindow window;
    byte[] buffer;

    public InboundMessage(ReceiveWindow window, ushort stream, uint id, bool unordered, uint ppid, int capacity)
    {
        this.window = window;
        Stream = stream;
        Id = id;
        Unordered = unordered;
        Ppid = ppid;
        buffer = ArrayPool<byte>.Shared.Rent(capacity);
        window.Open(buffer.Length);
    }

    public ushort Stream { get; }
    public uint Id { get; }
    public bool Unordered { get; }
    public uint Ppid { get; }
    public int Length { get; private set; }
    public ReadOnlyMemory<byte> Content => buffer.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > buffer.Length)
        {
            Grow(Length + bytes.Length);
        }
        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
        window.Fill(bytes.Length);
    }

    /// <summary>Gives the buffer back. The content must not be looked at afterwards; a second call does nothing.</summary>
    public void Release()
    {
        if (buffer.Length == 0)
        {
            return;
        }
        window.Close(buffer.Length, Length);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        Length = 0;
    }

    void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, buffer.Length * 2));
        buffer.AsSpan(0, Length).CopyTo(larger);
        window.Resize(buffer.Length, larger.Length);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
