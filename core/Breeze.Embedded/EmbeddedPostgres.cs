using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Breeze.Embedded;

/// <summary>
/// A PostgreSQL server as a child process on a loopback port. It ends within a second when this process dies, however it dies, and is not
/// hit by a Ctrl-C at the console. Its data survive both. When it ends unasked it is started again on the same port.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    const string Superuser = "postgres";
    const string Owner = "breeze_owner";
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    readonly PostgresLayout _layout;
    readonly EmbeddedPostgresOptions _options;
    readonly int _port;
    readonly CancellationTokenSource _stopping = new();
    readonly Task _keeping;
    volatile PostgresProcess? _process;

    EmbeddedPostgres(PostgresLayout layout, EmbeddedPostgresOptions options, int port, PostgresProcess process, string connectionString, string superuserConnectionString)
    {
        _layout = layout;
        _options = options;
        _port = port;
        _process = process;
        ConnectionString = connectionString;
        SuperuserConnectionString = superuserConnectionString;
        _keeping = KeepAsync(process, _stopping.Token);
    }

    /// <summary>For the application: the owner of its database, no superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>For backups and tests.</summary>
    public string SuperuserConnectionString { get; }

    /// <summary>The id of the server process.</summary>
    public int ProcessId => StalePostmaster.ReadProcessId(_layout.DataDirectory) ?? throw new InvalidOperationException("The server is not running.");

    /// <summary>Raised when the server ended unasked, before it is started again: every connection to it is dead.</summary>
    public event Action? Interrupted;

    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var layout = PostgresLayout.Prepare(options);
        var superuserPassword = ReadOrCreateSecret(Path.Combine(layout.RootDirectory, "superuser.secret"));
        var ownerPassword = ReadOrCreateSecret(Path.Combine(layout.RootDirectory, "owner.secret"));
        if (!File.Exists(Path.Combine(layout.DataDirectory, "PG_VERSION")))
        {
            await PostgresCluster.InitializeAsync(layout, Superuser, superuserPassword, cancellationToken);
        }
        PostgresCluster.CheckVersion(layout);

        for (var attempt = 1; ; attempt++)
        {
            var port = LoopbackPort.Free();
            var superuser = ConnectionStringOf(port, Superuser, superuserPassword, "postgres");
            try
            {
                var process = await LaunchAsync(layout, options, port, superuser, cancellationToken);
                try
                {
                    await CreateDatabaseAsync(superuser, options.Database, ownerPassword, cancellationToken);
                    return new EmbeddedPostgres(layout, options, port, process, ConnectionStringOf(port, Owner, ownerPassword, options.Database), superuser);
                }
                catch
                {
                    await process.DisposeAsync();
                    throw;
                }
            }
            catch (PortTakenException) when (attempt < 5)
            {
            }
        }
    }

    /// <summary>The connection string of the owner to a server that another process runs on these data; null when none does.</summary>
    public static string? FindRunning(EmbeddedPostgresOptions options)
    {
        var file = Path.Combine(options.DataDirectory, "data", "postmaster.pid");
        // Its fourth line is the port (documented under pg_ctl's "postmaster.pid" format).
        return StalePostmaster.ReadProcessId(Path.Combine(options.DataDirectory, "data")) is { } id && IsAlive(id) && File.ReadLines(file).ElementAtOrDefault(3) is { } port
            && int.TryParse(port, CultureInfo.InvariantCulture, out var number)
            ? ConnectionStringOf(number, Owner, File.ReadAllText(Path.Combine(options.DataDirectory, "owner.secret")).Trim(), options.Database)
            : null;
    }

    static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }
        await _stopping.CancelAsync();
        await _keeping;
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }
        _stopping.Dispose();
    }

    /// <summary>Starts the server again whenever it ends, until it is told to stop.</summary>
    async Task KeepAsync(PostgresProcess process, CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        while (await Task.WhenAny(process.Exited, stopped.Task) != stopped.Task && !cancellationToken.IsCancellationRequested)
        {
            _options.Report("The embedded PostgreSQL ended unasked and is started again");
            Interrupted?.Invoke();
            _process = null;
            await process.DisposeAsync();
            if (await LaunchUntilItRunsAsync(cancellationToken) is not { } next)
            {
                return;
            }
            _process = process = next;
            _options.Report("The embedded PostgreSQL runs again");
        }
    }

    async Task<PostgresProcess?> LaunchUntilItRunsAsync(CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(250);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                return await LaunchAsync(_layout, _options, _port, SuperuserConnectionString, cancellationToken);
            }
            catch (Exception e) when (e is EmbeddedServerException or PortTakenException or NpgsqlException or IOException)
            {
                _options.Report($"The embedded PostgreSQL does not start, and is tried again in {pause.TotalSeconds:0.#} s: {e.Message}");
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            await Task.Delay(pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        return null;
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    static async Task<PostgresProcess> LaunchAsync(
        PostgresLayout layout, EmbeddedPostgresOptions options, int port, string superuser, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await StalePostmaster.ClearAsync(layout.DataDirectory, cancellationToken);
            var process = PostgresProcess.Start(layout, port, options.Settings);
            try
            {
                await WaitUntilReadyAsync(process, superuser, cancellationToken);
                return process;
            }
            catch (OrphansException) when (attempt < 50)
            {
                await process.DisposeAsync();
                await Task.Delay(200, cancellationToken);
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }
        }
    }

    static async Task WaitUntilReadyAsync(PostgresProcess process, string connectionString, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (process.Exited.IsCompleted)
            {
                throw process.Explain();
            }
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (PostgresException e) when (e.SqlState.StartsWith("28", StringComparison.Ordinal))
            {
                throw new EmbeddedServerException(
                    "The embedded PostgreSQL refuses our password: the secret files do not belong to this data directory. Restore both from the same backup.", e);
            }
            catch (Exception e) when (e is NpgsqlException && started.Elapsed < TimeSpan.FromSeconds(60))
            {
                // Still starting, or recovering after a crash.
                await Task.WhenAny(process.Exited, Task.Delay(25, cancellationToken));
            }
        }
    }

    static async Task CreateDatabaseAsync(string superuser, string database, string ownerPassword, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(superuser);
        await connection.OpenAsync(cancellationToken);
        async Task<bool> Exists(string sql, string name)
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = name } } };
            return await command.ExecuteScalarAsync(cancellationToken) is not null;
        }
        if (!await Exists("SELECT 1 FROM pg_roles WHERE rolname = $1", Owner))
        {
            // The password is our own hexadecimal secret; DDL takes no parameters.
            await using var create = new NpgsqlCommand(
                $"CREATE ROLE {Owner} LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE PASSWORD '{ownerPassword}'", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        if (!await Exists("SELECT 1 FROM pg_database WHERE datname = $1", database))
        {
            await using var create = new NpgsqlCommand(
                $"CREATE DATABASE \"{database}\" OWNER {Owner} ENCODING 'UTF8' TEMPLATE template0", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    static string ConnectionStringOf(int port, string user, string password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = user,
        Password = password,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        Timeout = 10,
        MaxPoolSize = 50,
    }.ConnectionString;

    static string ReadOrCreateSecret(string path)
    {
        if (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        PrivateFile.Write(path, secret);
        return secret;
    }
}
