using Breeze.WebRtc.Sctp.Packets;
using Breeze.WebRtc.Sctp.Sending;

namespace Breeze.WebRtc.Sctp;

/// <summary>How an association ends: in order, at once, or because the peer says so.</summary>
sealed partial class AssociationCore
{
    /// <summary>Ends in order, once what was sent has arrived; at once when nothing is established yet.</summary>
    public void Shutdown(TimeSpan now)
    {
        if (Sender is null)
        {
            Fail(reason: null, ErrorCause.UserInitiatedAbort);
            return;
        }
        shutdown.Begin(now);
    }

    /// <summary>Ends at once and tells the peer, if there is a <paramref name="cause"/> to tell.</summary>
    public void Fail(string? reason, ushort? cause)
    {
        if (State == AssociationState.Closed)
        {
            return;
        }
        if (cause is { } code && PeerTag != 0)
        {
            Span<byte> value = stackalloc byte[4];
            var causes = new ParameterWriter(value);
            causes.TryAdd(code, []);
            Send(ChunkType.Abort, 0, causes.Written);
        }
        End(reason);
    }

    public void End(string? reason)
    {
        if (State == AssociationState.Closed)
        {
            return;
        }
        State = AssociationState.Closed;
        shutdown.Stop();
        DropUnsent();
        Sender?.Clear();
        Receiver?.Clear();
        events.OnEnded(reason);
    }

    /// <summary>Forgets what waits in all streams.</summary>
    public void DropUnsent()
    {
        foreach (var stream in streams.Values)
        {
            Sender.DropUnsent(stream);
            if (State == AssociationState.Closed && stream.Messages.TryDequeue(out var begun))
            {
                begun.Release();
                stream.Buffered = 0;
            }
        }
    }
}
