using System.Diagnostics;

namespace Breeze.Embedded;

/// <summary>
/// The running server. On Unix a small supervisor in a session of its own holds a pipe from us: when the pipe closes, because we stop or
/// because we died, it asks the server for a fast shutdown. In its own session, a Ctrl-C at our console does not reach the server.
/// </summary>
sealed class PostgresProcess : IAsyncDisposable
{
    // The program and its arguments arrive as positional parameters, so nothing of ours is ever parsed by the shell.
    const string Supervisor =
        """
        exec 3<&0
        "$@" </dev/null 3<&- &
        server=$!
        # It keeps none of our pipes, so that their end means that the server and all of its children are gone.
        ( exec >/dev/null 2>&1; cat <&3; kill -INT "$server" ) &
        watcher=$!
        exec 3<&-
        wait "$server"
        # Its number may soon be somebody else's.
        kill "$watcher" 2>/dev/null
        """;

    readonly Process _supervisor;
    readonly string _dataDirectory;
    readonly Queue<string> _lastLines = new();

    PostgresProcess(Process supervisor, string dataDirectory)
    {
        _supervisor = supervisor;
        _dataDirectory = dataDirectory;
        supervisor.OutputDataReceived += (_, e) => Keep(e.Data);
        supervisor.ErrorDataReceived += (_, e) => Keep(e.Data);
        supervisor.BeginOutputReadLine();
        supervisor.BeginErrorReadLine();
        Exited = supervisor.WaitForExitAsync();
    }

    /// <summary>Completes when the server and everything that it started have ended.</summary>
    public Task Exited { get; }

    public static PostgresProcess Start(PostgresLayout layout, int port, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        List<string> arguments = [layout.Executable("postgres"), "-D", layout.DataDirectory, "-p", port.ToString()];
        foreach (var (name, value) in Settings.Concat(settings))
        {
            arguments.Add("-c");
            arguments.Add($"{name}={value}");
        }
        if (!OperatingSystem.IsWindows())
        {
            List<string> supervisor = ["/bin/sh", "-c", Supervisor, "breeze-postgres"];
            if (File.Exists("/usr/bin/setsid"))
            {
                supervisor.Insert(0, "/usr/bin/setsid");
            }
            arguments.InsertRange(0, supervisor);
        }
        start.FileName = arguments[0];
        foreach (var argument in arguments.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }
        UseAccount(start, layout);
        return new PostgresProcess(Process.Start(start)!, layout.DataDirectory);
    }

    public static void UseAccount(ProcessStartInfo start, PostgresLayout layout)
    {
        if (layout.Account is not null)
        {
            start.UserName = layout.Account;
        }
        start.WorkingDirectory = layout.DataDirectory;
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        if (OperatingSystem.IsWindows())
        {
            start.Environment["SystemRoot"] = Environment.GetEnvironmentVariable("SystemRoot");
        }
    }

    /// <summary>Says why the server ended by itself.</summary>
    public Exception Explain()
    {
        string log;
        lock (_lastLines)
        {
            log = string.Join('\n', _lastLines);
        }
        if (log.Contains("Address already in use", StringComparison.Ordinal))
        {
            return new PortTakenException();
        }
        if (log.Contains("No space left", StringComparison.Ordinal))
        {
            return new EmbeddedServerException($"The disk of {_dataDirectory} is full. Free some space, or set BREEZE_DATA to another disk.");
        }
        if (log.Contains("pre-existing shared memory block", StringComparison.Ordinal))
        {
            return new OrphansException();
        }
        var fatal = log.Split('\n').LastOrDefault(l => l.Contains("FATAL", StringComparison.Ordinal) || l.Contains("PANIC", StringComparison.Ordinal)) ?? log;
        return new EmbeddedServerException($"The embedded PostgreSQL did not start: {fatal}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_supervisor.HasExited)
        {
            _supervisor.StandardInput.Close();
            if (OperatingSystem.IsWindows())
            {
                // There is no signal to send: a crash stop, from which the server recovers at its next start.
                _supervisor.Kill(entireProcessTree: true);
            }
            await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(10)));
            if (!_supervisor.HasExited)
            {
                _supervisor.Kill(entireProcessTree: true);
                await Exited;
            }
        }
        else
        {
            _supervisor.StandardInput.Close();
        }
        _supervisor.Dispose();
    }

    void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 40)
            {
                _lastLines.Dequeue();
            }
        }
    }

    /// <summary>
    /// Small on a small machine. What a large fleet's lists read should fit in, since each page from the operating system's cache costs a copy; PostgreSQL touches
    /// no more of it than it has pages to keep.
    /// </summary>
    static long BuffersMegabytes => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (32L << 20), 64, 512);

    /// <summary>Small and durable: fsync and synchronous_commit stay on.</summary>
    static IEnumerable<KeyValuePair<string, string>> Settings { get; } = new Dictionary<string, string>
    {
        ["listen_addresses"] = "127.0.0.1",
        ["unix_socket_directories"] = "",
        ["shared_buffers"] = $"{BuffersMegabytes}MB",
        ["max_connections"] = "80",
        ["max_wal_size"] = "512MB",
        ["wal_compression"] = "on",
        ["wal_level"] = "minimal",
        ["max_wal_senders"] = "0",
        ["jit"] = "off",
        ["max_parallel_workers_per_gather"] = "0",
        ["log_min_messages"] = "warning",
        ["logging_collector"] = "off",
    };
}
