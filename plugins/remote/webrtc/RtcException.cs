namespace Breeze.WebRtc;

/// <summary>What signalling brought cannot be used, or not now. The message says why.</summary>
public sealed class RtcException : Exception
{
    public RtcException()
    {
    }

    public RtcException(string message) : base(message)
    {
    }

    public RtcException(string message, Exception inner) : base(message, inner)
    {
    }
}
