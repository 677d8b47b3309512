using System.Buffers.Binary;
using Breeze.WebRtc.Sctp.Packets;
using Breeze.WebRtc.Sctp.Sending;

namespace Breeze.WebRtc.Sctp.Control;

/// <summary>
/// Begins streams anew (RFC 6525), which is how a data channel is closed: each side resets the streams that it sends on, once all that it
/// sent there has arrived. One request at a time; what comes up meanwhile goes into the next.
/// </summary>
sealed class StreamReset
{
    enum Outcome : uint { NothingToDo = 0, Performed = 1, Denied = 2, RequestInProgress = 4, BadSequence = 5, InProgress = 6 }

    const int MaxPerRequest = 256;

    readonly AssociationCore core;
    readonly SctpOptions options;
    readonly RoundTrip roundTrip;
    readonly IAssociationEvents events;
    readonly RetryTimer timer = new();
    readonly List<OutboundStream> wanted = [], asked = [];
    uint nextRequest, nextFromPeer;
    Outcome lastOutcome;
    byte[] request = [];

    public StreamReset(AssociationCore core, SctpOptions options, RoundTrip roundTrip, IAssociationEvents events, uint localTsn, uint peerTsn)
    {
        this.core = core;
        this.options = options;
        this.roundTrip = roundTrip;
        this.events = events;
        nextRequest = localTsn;
        nextFromPeer = peerTsn;
        lastOutcome = Outcome.BadSequence;
    }

    public TimeSpan Due => timer.Due;

    /// <summary>Resets this stream as soon as everything in it has arrived.</summary>
    public void Want(OutboundStream stream)
    {
        if (!stream.IsResetting)
        {
            stream.IsResetting = true;
            wanted.Add(stream);
        }
    }

    public void Advance(TimeSpan now)
    {
        if (asked.Count > 0 || wanted.Count == 0 || core.State is not (AssociationState.Established or AssociationState.ShutdownPending))
        {
            return;
        }
        for (var i = 0; i < wanted.Count && asked.Count < MaxPerRequest;)
        {
            var stream = wanted[i];
            if (stream.Messages.Count > 0 || stream.LastTsn is { } last && Serial.Less(core.Sender!.Acknowledged, last))
            {
                i++;
                continue;
            }
            wanted.RemoveAt(i);
            asked.Add(stream);
        }
        if (asked.Count == 0)
        {
            return;
        }
        if (!core.Shared.HasFlag(Features.StreamReset))
        {
            Answered(done: false);
            return;
        }
        request = new byte[4 + 12 + asked.Count * 2 + 3 & ~3];
        var parameters = new ParameterWriter(request);
        parameters.TryAdd(ParameterType.OutgoingReset, 12 + asked.Count * 2, out var value);
        BinaryPrimitives.WriteUInt32BigEndian(value, nextRequest);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], nextFromPeer - 1);
        // Everything in these streams has arrived. A later number would make the peer wait for what other streams have in flight.
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], core.Sender!.Acknowledged);
        for (var i = 0; i < asked.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value[(12 + i * 2)..], asked[i].Id);
        }
        core.Send(ChunkType.Reconfig, 0, request);
        timer.Start(now, roundTrip.Timeout);
    }

    public void OnReconfig(ReadOnlySpan<byte> chunk, TimeSpan now)
    {
        var parameters = new ParameterReader(chunk);
        for (var count = 0; count < 2 && parameters.TryNext(out var type, out var value); count++)
        {
            if (type == ParameterType.ResetResponse && value.Length >= 8)
            {
                OnResponse(BinaryPrimitives.ReadUInt32BigEndian(value), (Outcome)BinaryPrimitives.ReadUInt32BigEndian(value[4..]), now);
            }
            else if (type is >= ParameterType.OutgoingReset and <= ParameterType.AddIncomingStreams && value.Length >= 4)
            {
                OnRequest(type, value);
            }
        }
    }

    public void OnTime(TimeSpan now)
    {
        if (!timer.HasExpired(now, roundTrip.Backoff))
        {
            return;
        }
        if (timer.Expired > options.MaxRetransmissions)
        {
            Answered(done: false);
            Advance(now);
        }
        else
        {
            core.Send(ChunkType.Reconfig, 0, request);
        }
    }

    void OnResponse(uint sequence, Outcome outcome, TimeSpan now)
    {
        if (asked.Count == 0 || sequence != nextRequest)
        {
            return;
        }
        if (outcome is Outcome.InProgress or Outcome.RequestInProgress)
        {
            timer.Start(now, roundTrip.Timeout);
            return;
        }
        Answered(outcome is Outcome.Performed or Outcome.NothingToDo);
        Advance(now);
    }

    void Answered(bool done)
    {
        timer.Stop();
        nextRequest++;
        var streams = asked.ToArray();
        asked.Clear();
        foreach (var stream in streams)
        {
            stream.IsResetting = false;
            if (done)
            {
                stream.Restart();
            }
            events.OnReset(stream.Id, done);
        }
    }

    void OnRequest(ushort type, ReadOnlySpan<byte> value)
    {
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(value);
        var outcome = Outcome.BadSequence;
        if (sequence == nextFromPeer)
        {
            nextFromPeer++;
            outcome = lastOutcome = Perform(type, value);
        }
        else if (sequence == nextFromPeer - 1)
        {
            outcome = lastOutcome = lastOutcome == Outcome.InProgress ? Perform(type, value) : lastOutcome;
        }
        Span<byte> answer = stackalloc byte[12];
        var parameters = new ParameterWriter(answer);
        parameters.TryAdd(ParameterType.ResetResponse, 8, out var response);
        BinaryPrimitives.WriteUInt32BigEndian(response, sequence);
        BinaryPrimitives.WriteUInt32BigEndian(response[4..], (uint)outcome);
        core.Send(ChunkType.Reconfig, 0, parameters.Written);
    }

    Outcome Perform(ushort type, ReadOnlySpan<byte> value)
    {
        // Data channels need this one only; a list without streams would mean all of them.
        if (type != ParameterType.OutgoingReset || value.Length < 14)
        {
            return Outcome.Denied;
        }
        if (Serial.Less(core.Receiver!.Cumulative, BinaryPrimitives.ReadUInt32BigEndian(value[8..])))
        {
            return Outcome.InProgress;
        }
        for (var rest = value[12..]; rest.Length >= 2; rest = rest[2..])
        {
            var stream = BinaryPrimitives.ReadUInt16BigEndian(rest);
            core.Receiver.ResetStream(stream);
            events.OnResetByPeer(stream);
        }
        return Outcome.Performed;
    }
}
