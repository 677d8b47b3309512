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

    /// <summary>The other side has come, and asks for an answer.</summary>
    Hello,

    /// <summary>The other side has been here.</summary>
    Here,

    /// <summary>It is over: the content is the last text frame.</summary>
    End,
}
