namespace Breeze.Core.Remote;

/// <summary>The two ends of a session.</summary>
public enum RemoteSide
{
    Browser,
    Agent,
}
