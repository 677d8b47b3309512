namespace Breeze.WebRtc.Sctp.Receiving;

/// <summary>Puts the ordered messages of one stream back in their order.</summary>
/// <param name="mask">The width of a message's number: 16 bits for DATA, 32 for I-DATA.</param>
sealed class InboundStream(uint mask)
{
    Dictionary<uint, InboundMessage>? waiting;
    uint next;

    /// <summary>Takes a complete message and gives out what is due now. A number that was there before is dropped.</summary>
    public void Add(InboundMessage message, Action<InboundMessage> deliver)
    {
        if (message.Id == next)
        {
            next = next + 1 & mask;
            deliver(message);
            DeliverDue(deliver);
        }
        else if ((message.Id - next & mask) > mask / 2 || !(waiting ??= []).TryAdd(message.Id, message))
        {
            message.Release();
        }
    }

    /// <summary>The peer has given up every message up to this one that is not here.</summary>
    public void Skip(uint id, Action<InboundMessage> deliver)
    {
        if ((id - next & mask) > mask / 2)
        {
            return;
        }
        if (waiting is { Count: > 0 })
        {
            foreach (var early in waiting.Keys.Where(held => (held - next & mask) <= (id - next & mask)).OrderBy(held => held - next & mask).ToList())
            {
                waiting.Remove(early, out var message);
                deliver(message!);
            }
        }
        next = id + 1 & mask;
        DeliverDue(deliver);
    }

    /// <summary>The stream begins again (RFC 6525); what waited for its turn will never get it.</summary>
    public void Reset()
    {
        foreach (var message in waiting?.Values ?? Enumerable.Empty<InboundMessage>())
        {
            message.Release();
        }
        waiting = null;
        next = 0;
    }

    void DeliverDue(Action<InboundMessage> deliver)
    {
        while (waiting is { Count: > 0 } && waiting.Remove(next, out var message))
        {
            next = next + 1 & mask;
            deliver(message);
        }
    }
}
