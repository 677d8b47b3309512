namespace Breeze.WebRtc.DataChannels;

/// <summary>
/// What a message is, as SCTP carries it (RFC 8831, 8). SCTP has no empty messages, so they have numbers of their own and one byte that
/// means nothing.
/// </summary>
static class Ppid
{
    public const uint Control = 50;
    public const uint Text = 51;
    public const uint Binary = 53;
    public const uint EmptyText = 56;
    public const uint EmptyBinary = 57;

    public static uint Of(bool text, bool empty) => (text, empty) switch
    {
        (true, false) => Text,
        (true, true) => EmptyText,
        (false, false) => Binary,
        (false, true) => EmptyBinary,
    };
}
