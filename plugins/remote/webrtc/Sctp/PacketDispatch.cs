using System.Buffers.Binary;
using Breeze.WebRtc.Sctp.Control;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Sctp;

/// <summary>Checks what a packet claims to be and hands its chunks to those who know them.</summary>
sealed class PacketDispatch(AssociationCore core, SctpOptions options, Handshake handshake, Shutdown shutdown, PathMonitor path)
{
    /// <summary>Answers that one packet can cause; the rest of what it asks goes unanswered, so that it is no amplifier.</summary>
    const int MaxReplies = 4;

    int replies;

    public void Receive(ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        if (!PacketReader.TryOpen(datagram, out var packet) || packet.SourcePort != options.RemotePort || packet.DestinationPort != options.LocalPort)
        {
            return;
        }
        if (core.State == AssociationState.Closed)
        {
            RefuseLate(packet);
            return;
        }
        replies = 0;
        var first = true;
        while (packet.TryNext(out var chunk))
        {
            if (!Accepts(chunk, packet, first) || !Handle(chunk, packet, now))
            {
                break;
            }
            first = false;
        }
        core.Receiver?.OnPacketEnd(now);
    }

    /// <summary>Whether the tag is right for this chunk (RFC 9260, 8.5).</summary>
    bool Accepts(Chunk chunk, PacketReader packet, bool first)
    {
        switch (chunk.Type)
        {
            case ChunkType.Init:
                return packet.Tag == 0 && first && packet.AtEnd;
            case ChunkType.InitAck:
                return packet.Tag == core.LocalTag && first && packet.AtEnd;
            case ChunkType.CookieEcho:
                return first;
            case ChunkType.Abort or ChunkType.ShutdownComplete:
                return (chunk.Flags & ChunkFlags.TagReflected) == 0 ? packet.Tag == core.LocalTag : packet.Tag == core.PeerTag && core.PeerTag != 0;
            default:
                return packet.Tag == core.LocalTag;
        }
    }

    /// <summary>False when the rest of the packet is not to be looked at.</summary>
    bool Handle(Chunk chunk, PacketReader packet, TimeSpan now)
    {
        switch (chunk.Type)
        {
            case ChunkType.Init:
                handshake.OnInit(chunk.Value, now);
                return false;
            case ChunkType.InitAck:
                handshake.OnInitAck(chunk.Value, now);
                return false;
            case ChunkType.CookieEcho:
                handshake.OnCookieEcho(chunk.Value, packet.Tag, now);
                return core.State != AssociationState.Closed && packet.Tag == core.LocalTag;
            case ChunkType.CookieAck:
                handshake.OnCookieAck(now);
                return true;
            case ChunkType.Abort:
                core.End("The peer has ended the association.");
                return false;
            case ChunkType.Error:
                OnError(chunk.Value, now);
                return true;
        }
        if (core.Sender is null || core.Receiver is null)
        {
            return IsKnown(chunk.Type) || Unknown(chunk);
        }
        path.OnHeard(now);
        switch (chunk.Type)
        {
            case ChunkType.Data or ChunkType.IData:
                return OnData(chunk);
            case ChunkType.Sack:
                if (SackChunk.TryParse(chunk.Value, out var sack))
                {
                    core.Sender.OnSack(sack, now);
                }
                return true;
            case ChunkType.ForwardTsn or ChunkType.IForwardTsn:
                if (core.Shared.HasFlag(Features.PartialReliability) && Interleaved == (chunk.Type == ChunkType.IForwardTsn))
                {
                    core.Receiver.OnForward(chunk);
                }
                return true;
            case ChunkType.Heartbeat:
                if (replies++ < MaxReplies)
                {
                    core.Send(ChunkType.HeartbeatAck, 0, chunk.Value);
                }
                return true;
            case ChunkType.HeartbeatAck:
                path.OnHeartbeatAck(chunk.Value, now);
                return true;
            case ChunkType.Reconfig:
                if (core.Shared.HasFlag(Features.StreamReset) && replies++ < MaxReplies)
                {
                    core.Resets!.OnReconfig(chunk.Value, now);
                }
                return true;
            case ChunkType.Shutdown:
                shutdown.OnShutdown(chunk.Value, now);
                return true;
            case ChunkType.ShutdownAck:
                shutdown.OnShutdownAck();
                return core.State != AssociationState.Closed;
            case ChunkType.ShutdownComplete:
                shutdown.OnShutdownComplete();
                return core.State != AssociationState.Closed;
            default:
                return Unknown(chunk);
        }
    }

    bool Interleaved => core.Shared.HasFlag(Features.Interleaving);

    bool OnData(Chunk chunk)
    {
        if (core.State is AssociationState.ShutdownReceived or AssociationState.ShutdownAckSent)
        {
            return true; // The peer has said that it sends no more.
        }
        if (!DataChunk.TryParse(chunk, out var data) || data.Interleaved != Interleaved || !core.Receiver!.OnData(data))
        {
            core.Fail("The peer broke the rules of the protocol.", ErrorCause.ProtocolViolation);
            return false;
        }
        shutdown.OnDataWhileClosing();
        return core.State != AssociationState.Closed;
    }

    void OnError(ReadOnlySpan<byte> value, TimeSpan now)
    {
        var causes = new ParameterReader(value);
        while (causes.TryNext(out var cause, out _))
        {
            if (cause == ErrorCause.StaleCookie)
            {
                handshake.OnStaleCookie(now);
            }
        }
    }

    /// <summary>
    /// The type's upper bits say what to do: the first whether to go on behind it, the second whether to report it (RFC 9260, 3.2).
    /// </summary>
    bool Unknown(Chunk chunk)
    {
        if (((byte)chunk.Type & 0x40) != 0 && core.PeerTag != 0 && replies++ < MaxReplies)
        {
            Span<byte> value = stackalloc byte[128];
            var causes = new ParameterWriter(value);
            var shown = Math.Min(chunk.Value.Length, 64);
            causes.TryAdd(ErrorCause.UnrecognizedChunk, 4 + shown, out var cause);
            cause[0] = (byte)chunk.Type;
            cause[1] = chunk.Flags;
            BinaryPrimitives.WriteUInt16BigEndian(cause[2..], (ushort)(4 + chunk.Value.Length));
            chunk.Value[..shown].CopyTo(cause[4..]);
            core.Send(ChunkType.Error, 0, causes.Written);
        }
        return ((byte)chunk.Type & 0x80) != 0;
    }

    static bool IsKnown(ChunkType type) => Enum.IsDefined(type);

    /// <summary>A packet for an association that is over (RFC 9260, 8.4): the peer may not know it yet.</summary>
    void RefuseLate(PacketReader packet)
    {
        if (!packet.TryNext(out var chunk) || packet.Tag != core.LocalTag)
        {
            return;
        }
        switch (chunk.Type)
        {
            case ChunkType.Abort or ChunkType.ShutdownComplete or ChunkType.Error or ChunkType.CookieAck:
                return;
            case ChunkType.ShutdownAck:
                core.SendAlone(ChunkType.ShutdownComplete, ChunkFlags.TagReflected, [], packet.Tag);
                return;
            default:
                core.SendAlone(ChunkType.Abort, ChunkFlags.TagReflected, [], packet.Tag);
                return;
        }
    }
}
