namespace Breeze.Remote.Files.Wire;

/// <summary>Entries on their way to the page, as many in a message as go in: however many there are, no more of them is held here.</summary>
sealed class EntryBatch(uint id, Outbox outbox)
{
    const int Largest = 400;

    /// <summary>What one takes beside its texts, in JSON.</summary>
    const int EntryCost = 160;

    /// <summary>A character that is written as its number takes six bytes.</summary>
    const int WorstCharacter = 6;

    const int Envelope = 256;

    readonly List<FileEntry> _entries = [];
    int _cost;

    public async ValueTask AddAsync(FileEntry entry, CancellationToken cancellationToken)
    {
        var cost = EntryCost + CostOf(entry.Name) + CostOf(entry.Target) + CostOf(entry.Owner) + CostOf(entry.Group);
        if (_entries.Count == Largest || _cost + cost > outbox.WordBytes - Envelope)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        _entries.Add(entry);
        _cost += cost;
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_entries.Count == 0)
            return;
        await outbox.SayAsync(new FilesAnswer(id) { Entries = _entries }, cancellationToken).ConfigureAwait(false);
        _entries.Clear();
        _cost = 0;
    }

    static int CostOf(string? text)
    {
        var cost = 0;
        foreach (var character in text ?? "")
            cost += char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or ' ' or '/' ? 1 : WorstCharacter;
        return cost;
    }
}
