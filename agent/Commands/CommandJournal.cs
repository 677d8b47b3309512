using System.Text.Json;
using Breeze.Agent.State;
using Breeze.Protocol;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Commands;

/// <summary>
/// Which commands have started and how they ended, on disk before anybody is told: one file per command, whose extension is its state.
/// That a command id runs at most once, and ends in one result whatever happens to the process, rests on this.
/// </summary>
sealed partial class CommandJournal
{
    public const string RestartedMessage = "The agent restarted while this command was running; it was not run again.";

    const string StartedFile = ".run";
    const string FinishedFile = ".result";
    const string DeliveredFile = ".sent";
    const long DeliveredBytes = 64L << 20;
    static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    readonly Lock _gate = new();
    readonly string _directory;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly long _maximumBytes;
    readonly Dictionary<Guid, CommandState> _states = [];
    readonly Dictionary<Guid, byte[]> _unsaved = [];
    long _waitingBytes;

    public CommandJournal(string directory, TimeProvider time, ILogger logger, long maximumBytes = 256L << 20)
    {
        _directory = directory;
        _time = time;
        _logger = logger;
        _maximumBytes = maximumBytes;
        Open();
    }

    /// <summary>Whether so many results wait for the server that no further command can be taken on.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _waitingBytes >= _maximumBytes;
            }
        }
    }

    public int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _states.Values.Count(state => state == CommandState.Finished);
            }
        }
    }

    public CommandState Find(Guid id)
    {
        lock (_gate)
        {
            return _states.GetValueOrDefault(id);
        }
    }

    /// <summary>Must succeed before a command may start; throws when it cannot be made durable.</summary>
    public void Start(Guid id, string type)
    {
        StateDirectory.Write(
            PathOf(id, StartedFile), new JournalEntry(type, _time.GetUtcNow().ToUnixTimeMilliseconds()), StateJson.Default.JournalEntry);
        lock (_gate)
        {
            _states[id] = CommandState.Started;
        }
    }

    /// <summary>Keeps a result until the server has it. On a full disk it is kept in memory and tried again.</summary>
    public void Finish(Guid id, CommandResult result)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(result, ProtocolJson.Default.CommandResult);
        lock (_gate)
        {
            _states[id] = CommandState.Finished;
            _waitingBytes += content.Length;
            if (!TrySave(id, content))
            {
                _unsaved[id] = content;
            }
        }
    }

    /// <summary>The commands whose results wait, oldest first.</summary>
    public IReadOnlyList<Guid> Waiting()
    {
        lock (_gate)
        {
            foreach (var (id, content) in _unsaved.ToArray())
            {
                if (TrySave(id, content))
                {
                    _unsaved.Remove(id);
                }
            }

            return [.. _states.Where(entry => entry.Value == CommandState.Finished).Select(entry => entry.Key)
                .OrderBy(id => File.GetLastWriteTimeUtc(PathOf(id, FinishedFile)))];
        }
    }

    public byte[]? Read(Guid id)
    {
        lock (_gate)
        {
            if (_unsaved.TryGetValue(id, out var content))
            {
                return content;
            }
        }

        try
        {
            return File.ReadAllBytes(PathOf(id, FinishedFile));
        }
        catch (IOException error)
        {
            LogUnreadable(id, error.Message);
            return null;
        }
    }

    public void Delivered(Guid id)
    {
        lock (_gate)
        {
            _states[id] = CommandState.Delivered;
            try
            {
                if (_unsaved.Remove(id, out var content))
                {
                    _waitingBytes -= content.Length;
                    return;
                }

                _waitingBytes -= new FileInfo(PathOf(id, FinishedFile)).Length;
                File.Move(PathOf(id, FinishedFile), PathOf(id, DeliveredFile), overwrite: true);
            }
            catch (IOException error)
            {
                LogUnreadable(id, error.Message);
            }
        }
    }

    /// <summary>Sends the result of a delivered command again, because the server delivered the command again.</summary>
    public void Resend(Guid id)
    {
        lock (_gate)
        {
            if (_states.GetValueOrDefault(id) != CommandState.Delivered)
            {
                return;
            }

            var delivered = new FileInfo(PathOf(id, DeliveredFile));
            if (!delivered.Exists || delivered.Length == 0)
            {
                Finish(id, new CommandResult(
                    CommandStatuses.Failed, null, null, "This command ran before and was reported; its output is no longer kept."));
                return;
            }

            File.Move(delivered.FullName, PathOf(id, FinishedFile), overwrite: true);
            _waitingBytes += delivered.Length;
            _states[id] = CommandState.Finished;
        }
    }

    /// <summary>Forgets what was delivered long ago, and the output of what was delivered and takes much space.</summary>
    public void Prune()
    {
        lock (_gate)
        {
            var oldest = (_time.GetUtcNow() - Kept).UtcDateTime;
            long bytes = 0;
            foreach (var file in new DirectoryInfo(_directory).EnumerateFiles("*" + DeliveredFile)
                .OrderByDescending(file => file.LastWriteTimeUtc).ToArray())
            {
                bytes += file.Length;
                if (file.LastWriteTimeUtc < oldest)
                {
                    file.Delete();
                    if (Guid.TryParse(Path.GetFileNameWithoutExtension(file.Name), out var id)
                        && _states.GetValueOrDefault(id) == CommandState.Delivered)
                    {
                        _states.Remove(id);
                    }
                }
                else if (bytes > DeliveredBytes && file.Length > 0)
                {
                    var written = file.LastWriteTimeUtc;
                    File.WriteAllBytes(file.FullName, []);
                    file.LastWriteTimeUtc = written;
                }
            }
        }
    }

    void Open()
    {
        var started = new List<Guid>();
        foreach (var file in new DirectoryInfo(_directory).EnumerateFiles())
        {
            if (!Guid.TryParse(Path.GetFileNameWithoutExtension(file.Name), out var id))
            {
                if (file.Extension == ".tmp")
                {
                    file.Delete();
                }

                continue;
            }

            switch (file.Extension)
            {
                case StartedFile:
                    started.Add(id);
                    break;
                case FinishedFile:
                    _states[id] = CommandState.Finished;
                    _waitingBytes += file.Length;
                    break;
                case DeliveredFile:
                    _states.TryAdd(id, CommandState.Delivered);
                    break;
            }
        }

        foreach (var id in started)
        {
            if (_states.ContainsKey(id))
            {
                File.Delete(PathOf(id, StartedFile));
                continue;
            }

            var entry = StateDirectory.Read(PathOf(id, StartedFile), StateJson.Default.JournalEntry, out _);
            LogInterrupted(id);
            Finish(id, new CommandResult(CommandStatuses.Failed, null, null, RestartedMessage) { StartedAt = entry?.StartedAt });
        }

        Prune();
    }

    bool TrySave(Guid id, byte[] content)
    {
        try
        {
            AtomicFile.Write(PathOf(id, FinishedFile), content);
            File.Delete(PathOf(id, StartedFile));
            return true;
        }
        catch (IOException error)
        {
            LogNotSaved(id, error.Message);
            return false;
        }
    }

    string PathOf(Guid id, string extension) => Path.Combine(_directory, id.ToString("D") + extension);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Command {Id} was running when the agent ended; it is reported as failed")]
    private partial void LogInterrupted(Guid id);

    [LoggerMessage(Level = LogLevel.Error, Message = "The result of command {Id} cannot be written and is held in memory: {Reason}")]
    private partial void LogNotSaved(Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stored result of command {Id} cannot be used: {Reason}")]
    private partial void LogUnreadable(Guid id, string reason);
}
