namespace Breeze.Core.Remote;

/// <summary>What one side's socket hands to the other's.</summary>
public readonly record struct RemoteParcel(RemoteParcelKind Kind, byte[] Content);

/// <summary>What is in it.</summary>
public enum RemoteParcelKind : byte
{
    /// <summary>A text frame, to be passed on.</summary>
    Text,

    /// <summary>A binary frame, to be passed on.</summary>
    Binary,

    /// <summary>The other side has come, and asks for an answer. The content says which of its sockets it is.</summary>
    Hello,

    /// <summary>The other side has been here, by the socket in the content.</summary>
    Here,

    /// <summary>It is over: the content is the last text frame.</summary>
    End,

    /// <summary>The other side has lost its socket.</summary>
    Away,

    /// <summary>To the other sockets of the same side: the one in the content has come instead.</summary>
    Replaced,
}
