using System.Buffers.Binary;
using Breeze.WebRtc.Sctp.Packets;
using Breeze.WebRtc.Sctp.Sending;

namespace Breeze.WebRtc.Sctp.Control;

/// <summary>Ends an association in order (RFC 9260, 9.2): what was sent arrives first, then both sides agree.</summary>
sealed class Shutdown(AssociationCore core, SctpOptions options, RoundTrip roundTrip)
{
    readonly RetryTimer timer = new();
    TimeSpan guard = TimeSpan.MaxValue;

    public TimeSpan Due => guard < timer.Due ? guard : timer.Due;

    public void Begin(TimeSpan now)
    {
        if (core.State == AssociationState.Established)
        {
            core.State = AssociationState.ShutdownPending;
            guard = now + options.ShutdownTimeout;
        }
    }

    /// <summary>Goes on when everything that was sent has arrived.</summary>
    public void Advance(TimeSpan now)
    {
        if (core.State == AssociationState.ShutdownPending && core.Sender!.IsIdle)
        {
            core.State = AssociationState.ShutdownSent;
            SendShutdown();
            timer.Start(now, roundTrip.Timeout);
        }
        else if (core.State == AssociationState.ShutdownReceived && core.Sender!.IsIdle)
        {
            Acknowledge(now);
        }
    }

    public void OnShutdown(ReadOnlySpan<byte> value, TimeSpan now)
    {
        if (value.Length < 4)
        {
            return;
        }
        switch (core.State)
        {
            case AssociationState.Established or AssociationState.ShutdownPending or AssociationState.ShutdownReceived:
                core.Sender!.OnCumulative(BinaryPrimitives.ReadUInt32BigEndian(value), now);
                if (core.State != AssociationState.ShutdownReceived)
                {
                    core.State = AssociationState.ShutdownReceived;
                    guard = guard < now + options.ShutdownTimeout ? guard : now + options.ShutdownTimeout;
                    core.DropUnsent();
                }
                Advance(now);
                break;
            case AssociationState.ShutdownSent:
                Acknowledge(now);
                break;
            case AssociationState.ShutdownAckSent:
                core.Send(ChunkType.ShutdownAck, 0, []);
                break;
        }
    }

    public void OnShutdownAck()
    {
        if (core.State is AssociationState.ShutdownSent or AssociationState.ShutdownAckSent)
        {
            core.Send(ChunkType.ShutdownComplete, 0, []);
            core.End(reason: null);
        }
    }

    public void OnShutdownComplete()
    {
        if (core.State == AssociationState.ShutdownAckSent)
        {
            core.End(reason: null);
        }
    }

    /// <summary>The peer sent data that crossed our SHUTDOWN: tells it again how far we are.</summary>
    public void OnDataWhileClosing()
    {
        if (core.State == AssociationState.ShutdownSent)
        {
            core.Receiver!.SackAtOnce();
            SendShutdown();
        }
    }

    public void OnTime(TimeSpan now)
    {
        if (now >= guard)
        {
            core.Fail(reason: null, ErrorCause.UserInitiatedAbort);
        }
        else if (timer.HasExpired(now, roundTrip.Backoff))
        {
            if (core.State == AssociationState.ShutdownSent)
            {
                SendShutdown();
            }
            else
            {
                core.Send(ChunkType.ShutdownAck, 0, []);
            }
        }
    }

    public void Stop()
    {
        timer.Stop();
        guard = TimeSpan.MaxValue;
    }

    void Acknowledge(TimeSpan now)
    {
        core.State = AssociationState.ShutdownAckSent;
        core.Send(ChunkType.ShutdownAck, 0, []);
        timer.Start(now, roundTrip.Timeout);
    }

    void SendShutdown()
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, core.Receiver!.Cumulative);
        core.Send(ChunkType.Shutdown, 0, value);
    }
}
