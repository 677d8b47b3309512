namespace Breeze.Core.Remote;

/// <summary>How long a session waits for a side that has lost its connection.</summary>
public static class RemoteGrace
{
    /// <summary>From the loss on.</summary>
    public static TimeSpan Lost { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Longer, where it is not known when that was: a node that went away without a word last said up to this long before that the socket was there.</summary>
    public static TimeSpan Unnoticed { get; } = TimeSpan.FromSeconds(45);
}
