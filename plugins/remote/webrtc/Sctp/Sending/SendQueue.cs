namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>
/// Which stream sends next. Streams in which little waits go first, so that a keystroke does not stand behind a download; the others take
/// turns, by fragment when the peer can put interleaved messages together (RFC 8260), by message otherwise, since plain DATA wants a
/// message's fragments in one row.
/// </summary>
sealed class SendQueue(bool interleaved)
{
    /// <summary>A stream with no more than this is served first.</summary>
    const int Little = 4096;

    /// <summary>Fragments of the privileged ones after which the others get one.</summary>
    const int Favour = 16;

    /// <summary>Long messages begun at the same time; more would fill the peer's window with halves of messages.</summary>
    const int Slots = 4;

    readonly Queue<OutboundStream> urgent = [], active = [], waiting = [];
    OutboundStream? current;
    int favours;

    public bool IsEmpty => current is null && urgent.Count == 0 && active.Count == 0 && waiting.Count == 0;

    public void Enqueue(OutboundMessage message)
    {
        var stream = message.Stream;
        stream.Messages.Enqueue(message);
        stream.Buffered += message.Length;
        if (!stream.IsScheduled)
        {
            stream.IsScheduled = true;
            (stream.Buffered <= Little ? urgent : waiting).Enqueue(stream);
        }
    }

    /// <summary>The stream whose turn it is; it stays so until <see cref="Took"/>.</summary>
    public OutboundStream? Next()
    {
        if (current is { Messages.Count: > 0 })
        {
            return current;
        }
        Unschedule(current);
        current = null;
        while (urgent.TryPeek(out var first) && first.Buffered > Little)
        {
            waiting.Enqueue(urgent.Dequeue());
        }
        while (active.Count < Slots && waiting.TryDequeue(out var begins))
        {
            active.Enqueue(begins);
        }
        while (urgent.Count + active.Count > 0)
        {
            var favoured = urgent.Count > 0 && (active.Count == 0 || favours < Favour);
            favours = favoured ? favours + 1 : 0;
            current = (favoured ? urgent : active).Dequeue();
            if (current.Messages.Count > 0)
            {
                return current;
            }
            Unschedule(current);
        }
        return current = null;
    }

    /// <summary>A fragment, or a whole message that came to nothing, was taken from the current stream.</summary>
    public void Took()
    {
        var stream = current!;
        if (!stream.Messages.TryPeek(out var head))
        {
            Unschedule(stream);
            current = null;
        }
        else if (!head.IsStarted)
        {
            // Between messages: to the end of the line, and room for another stream's long message.
            (stream.Buffered <= Little ? urgent : waiting).Enqueue(stream);
            current = null;
        }
        else if (interleaved)
        {
            (stream.Buffered <= Little ? urgent : active).Enqueue(stream);
            current = null;
        }
    }

    static void Unschedule(OutboundStream? stream)
    {
        if (stream is not null)
        {
            stream.IsScheduled = false;
        }
    }
}
