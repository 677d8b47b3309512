namespace Breeze.Remote.Files.Trees;

/// <summary>What a long request has done so far, told now and then. Of one thread at a time.</summary>
sealed class Tally(Func<Tally, ValueTask> tell, CancellationToken cancellationToken)
{
    const int PauseMilliseconds = 200;

    long _told = Environment.TickCount64;

    public CancellationToken Token => cancellationToken;

    public long Files { get; private set; }

    public long Folders { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>What was left out, because it is a link or no regular file.</summary>
    public long Skipped { get; private set; }

    public long Items => Files + Folders;

    public ValueTask CountAsync(FileEntry entry)
    {
        if (entry.IsFolder)
            Folders++;
        else
            Files++;
        return BreatheAsync();
    }

    public ValueTask CountBytesAsync(long bytes)
    {
        Bytes += bytes;
        return BreatheAsync();
    }

    public void Skip() => Skipped++;

    public ValueTask BreatheAsync()
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = Environment.TickCount64;
        if (now - _told < PauseMilliseconds)
            return ValueTask.CompletedTask;
        _told = now;
        return tell(this);
    }
}
