using System.Threading.Channels;
using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Sctp.Receiving;

namespace Breeze.WebRtc.DataChannels;

/// <summary>
/// The channels of an association by their streams: opens and closes them with the peer (RFC 8832; RFC 8831, 6.7). Called with the
/// association's lock held.
/// </summary>
sealed class ChannelTable(SctpAssociation association, bool dtlsClient)
{
    /// <summary>A label or protocol of the peer beyond this is refused: it would stay in memory as long as the channel.</summary>
    const int MaxName = 4096;
    const int MaxStream = 65534;

    readonly Dictionary<ushort, DataChannel> channels = [];
    readonly HashSet<ushort> spent = [];
    readonly Channel<IRtcDataChannel> accepted = Channel.CreateUnbounded<IRtcDataChannel>();

    public int Count => channels.Count;
    public ChannelReader<IRtcDataChannel> Accepted => accepted.Reader;

    AssociationCore Core => association.Core;

    public DataChannel Open(string label, RtcDataChannelOptions options, TimeSpan now)
    {
        var id = options.Negotiated ? (ushort)options.Id!.Value : FreeId();
        if (options.Negotiated && channels.ContainsKey(id!.Value))
        {
            throw new ArgumentException($"Stream {id} is used by another channel.", nameof(options));
        }
        var channel = new DataChannel(association, id ?? ushort.MaxValue, label, options, isKnownToPeer: options.Negotiated);
        if (Core.State > AssociationState.Established)
        {
            channel.OnClosed("The connection is closed.");
        }
        else if (id is null || id >= Core.OutboundStreams || channels.Count >= association.Options.MaxChannels)
        {
            channel.OnClosed("There are as many channels as the connection can have; close one first.");
        }
        else
        {
            channels.Add(id.Value, channel);
            if (!options.Negotiated)
            {
                Core.Enqueue(id.Value, new OpenMessage(label, options).Write(), Ppid.Control, unordered: false, default, now);
            }
            if (Core.State == AssociationState.Established)
            {
                channel.OnOpen();
            }
        }
        return channel;
    }

    public void Close(DataChannel channel, bool dropUnsent, TimeSpan now)
    {
        if (channel.State == RtcDataChannelState.Closed || channel.ResetAsked)
        {
            return;
        }
        channel.OnClosing();
        channel.ResetAsked = true;
        if (Core.Sender is not null)
        {
            Core.Reset(channel.Stream, dropUnsent, now);
        }
    }

    public void OnEstablished()
    {
        foreach (var channel in channels.Values.ToList())
        {
            if (channel.Stream >= Core.OutboundStreams)
            {
                Remove(channel, "The peer does not take that many channels.");
            }
            else if (channel.ResetAsked)
            {
                Core.Reset(channel.Stream, dropUnsent: false, association.Now);
            }
            else
            {
                channel.OnOpen();
            }
        }
    }

    public void OnMessage(InboundMessage message)
    {
        channels.TryGetValue(message.Stream, out var channel);
        if (message.Ppid is Ppid.Text or Ppid.Binary or Ppid.EmptyText or Ppid.EmptyBinary && channel is not null)
        {
            channel.IsKnownToPeer = true;
            channel.Push(message);
            return;
        }
        if (message.Ppid == Ppid.Control)
        {
            var content = message.Content.Span;
            if (channel is null)
            {
                Accept(message.Stream, content);
            }
            else if (OpenMessage.IsAck(content))
            {
                channel.IsKnownToPeer = true;
            }
        }
        message.Release();
        Core.OnRead();
    }

    public void OnCarried(ushort stream)
    {
        if (channels.TryGetValue(stream, out var channel))
        {
            channel.OnCarried();
        }
    }

    public void OnResetByPeer(ushort stream)
    {
        if (!channels.TryGetValue(stream, out var channel))
        {
            return;
        }
        channel.ResetByPeer = true;
        Close(channel, dropUnsent: true, association.Now);
        CloseIfAgreed(channel);
    }

    public void OnReset(ushort stream, bool done)
    {
        if (!done)
        {
            spent.Add(stream);
        }
        if (channels.TryGetValue(stream, out var channel) && channel.ResetAsked)
        {
            channel.ResetByUs = true;
            channel.ResetByPeer |= !done;
            CloseIfAgreed(channel);
        }
    }

    public void OnEnded(string? reason)
    {
        foreach (var channel in channels.Values.ToList())
        {
            Remove(channel, reason);
        }
        accepted.Writer.TryComplete();
    }

    void Accept(ushort stream, ReadOnlySpan<byte> content)
    {
        if (OpenMessage.Parse(content) is not { } open)
        {
            return;
        }
        var isOurs = stream % 2 == (dtlsClient ? 0 : 1);
        if (isOurs || content.Length > MaxName || stream >= Core.OutboundStreams || channels.Count >= association.Options.MaxChannels
            || accepted.Reader.Count >= association.Options.MaxChannels)
        {
            Core.Reset(stream, dropUnsent: true, association.Now);
            return;
        }
        var channel = new DataChannel(association, stream, open.Label, open.Options, isKnownToPeer: true);
        channels.Add(stream, channel);
        Core.Enqueue(stream, OpenMessage.Ack, Ppid.Control, unordered: false, default, association.Now);
        channel.OnOpen();
        accepted.Writer.TryWrite(channel);
    }

    void CloseIfAgreed(DataChannel channel)
    {
        if (channel is { ResetByUs: true, ResetByPeer: true })
        {
            Remove(channel, reason: null);
        }
    }

    void Remove(DataChannel channel, string? reason)
    {
        channels.Remove(channel.Stream);
        channel.OnClosed(reason);
    }

    /// <summary>The DTLS client takes even ids, the server odd ones (RFC 8832, 6), so that both may open at the same time.</summary>
    ushort? FreeId()
    {
        for (var id = dtlsClient ? 0 : 1; id <= MaxStream; id += 2)
        {
            if (!channels.ContainsKey((ushort)id) && !spent.Contains((ushort)id))
            {
                return (ushort)id;
            }
        }
        return null;
    }
}
