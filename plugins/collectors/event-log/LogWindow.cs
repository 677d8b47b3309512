namespace Breeze.Collectors.EventLog;

/// <summary>
/// Keeps the newest entries. The document holds more than what is new, so that entries of documents that never reached the server come with a later
/// one; the server knows an entry by its id.
/// </summary>
sealed class LogWindow(ILogSource source, LogState state, EventLogOptions options)
{
    const int Most = 200;
    SavedLog? _saved;

    public async ValueTask<EventLogDocument> NextAsync(CancellationToken cancellationToken)
    {
        _saved ??= state.Load();
        var (fresh, cursor) = await source.ReadAsync(_saved.Cursor, Most, cancellationToken).ConfigureAwait(false);
        var entries = _saved.Entries.Concat(fresh).Where(options.Wants).Where(entry => entry.Message.Length > 0).DistinctBy(entry => entry.Id).TakeLast(Most).ToList();
        if (fresh.Count > 0 || cursor != _saved.Cursor)
        {
            _saved = new SavedLog(cursor, entries);
            state.Save(_saved);
        }
        return new EventLogDocument(entries);
    }
}
