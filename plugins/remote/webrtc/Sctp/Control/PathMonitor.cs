using System.Buffers.Binary;
using System.Security.Cryptography;
using Breeze.WebRtc.Sctp.Packets;
using Breeze.WebRtc.Sctp.Sending;

namespace Breeze.WebRtc.Sctp.Control;

/// <summary>
/// Asks a silent peer whether it is still there (RFC 9260, 8.3). Anything that it sends counts as an answer to when the next question is
/// due.
/// </summary>
sealed class PathMonitor(AssociationCore core, SctpOptions options, RoundTrip roundTrip)
{
    const int InfoSize = 16;

    readonly ulong nonce = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    bool isAsking;

    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Questions in a row that were not answered.</summary>
    public int Failures { get; private set; }

    public void Start(TimeSpan now) => Due = now + options.HeartbeatInterval;

    /// <summary>The peer was heard with a valid packet.</summary>
    public void OnHeard(TimeSpan now)
    {
        if (!isAsking && Due != TimeSpan.MaxValue)
        {
            Due = now + options.HeartbeatInterval;
        }
    }

    public void OnTime(TimeSpan now)
    {
        if (now < Due)
        {
            return;
        }
        Failures += isAsking ? 1 : 0;
        isAsking = true;
        Due = now + roundTrip.Backoff(Failures);
        Span<byte> value = stackalloc byte[4 + InfoSize];
        var parameters = new ParameterWriter(value);
        parameters.TryAdd(ParameterType.HeartbeatInfo, InfoSize, out var info);
        BinaryPrimitives.WriteInt64BigEndian(info, now.Ticks);
        BinaryPrimitives.WriteUInt64BigEndian(info[8..], nonce);
        core.Send(ChunkType.Heartbeat, 0, parameters.Written);
    }

    public void OnHeartbeatAck(ReadOnlySpan<byte> value, TimeSpan now)
    {
        var parameters = new ParameterReader(value);
        if (!parameters.TryNext(out var type, out var info) || type != ParameterType.HeartbeatInfo || info.Length != InfoSize
            || BinaryPrimitives.ReadUInt64BigEndian(info[8..]) != nonce)
        {
            return;
        }
        var took = now - TimeSpan.FromTicks(BinaryPrimitives.ReadInt64BigEndian(info));
        if (isAsking && took >= TimeSpan.Zero)
        {
            roundTrip.Add(took, now);
        }
        isAsking = false;
        Failures = 0;
        Due = now + options.HeartbeatInterval;
    }
}
