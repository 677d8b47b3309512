namespace Breeze.WebRtc.DataChannels;

/// <summary>One message of a channel.</summary>
/// <param name="Data">Its bytes; UTF-8 when it is text. Valid until the next one is read.</param>
/// <param name="IsText">Whether the peer sent a string.</param>
public readonly record struct RtcMessage(ReadOnlyMemory<byte> Data, bool IsText);
