using System.Buffers.Binary;
using System.Text;

namespace Breeze.WebRtc.DataChannels;

/// <summary>The message with which a channel is announced, and its answer (RFC 8832).</summary>
sealed record OpenMessage(string Label, RtcDataChannelOptions Options)
{
    const byte OpenType = 3, AckType = 2;
    const int FixedSize = 12;
    const byte UnorderedBit = 0x80, Reliable = 0, Retransmits = 1, LifeTime = 2;

    public static ReadOnlySpan<byte> Ack => [AckType];

    public static bool IsAck(ReadOnlySpan<byte> message) => message is [AckType, ..];

    /// <summary>Null when it is malformed.</summary>
    public static OpenMessage? Parse(ReadOnlySpan<byte> message)
    {
        if (message.Length < FixedSize || message[0] != OpenType)
        {
            return null;
        }
        var label = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        var protocol = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (message.Length != FixedSize + label + protocol)
        {
            return null;
        }
        var parameter = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(message[4..]), int.MaxValue);
        var kind = message[1] & ~UnorderedBit;
        if (kind > LifeTime)
        {
            return null;
        }
        return new OpenMessage(Encoding.UTF8.GetString(message.Slice(FixedSize, label)), new RtcDataChannelOptions
        {
            Ordered = (message[1] & UnorderedBit) == 0,
            MaxRetransmits = kind == Retransmits ? parameter : null,
            MaxPacketLifeTime = kind == LifeTime ? parameter : null,
            Protocol = Encoding.UTF8.GetString(message.Slice(FixedSize + label, protocol)),
        });
    }

    public byte[] Write()
    {
        var label = Encoding.UTF8.GetBytes(Label);
        var protocol = Encoding.UTF8.GetBytes(Options.Protocol);
        var message = new byte[FixedSize + label.Length + protocol.Length];
        message[0] = OpenType;
        var kind = Options.MaxRetransmits is not null ? Retransmits : Options.MaxPacketLifeTime is not null ? LifeTime : Reliable;
        message[1] = (byte)((Options.Ordered ? 0 : UnorderedBit) | kind);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), (uint)(Options.MaxRetransmits ?? Options.MaxPacketLifeTime ?? 0));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), (ushort)label.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)protocol.Length);
        label.CopyTo(message, FixedSize);
        protocol.CopyTo(message, FixedSize + label.Length);
        return message;
    }
}
