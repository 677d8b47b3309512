using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>The real server process with its own data, its own administrator and the agent of this machine.</summary>
sealed class RunningServer : IAsyncDisposable
{
    public const string Email = "admin@example.com";
    public const string Password = "correct horse battery";

    readonly Process _process;
    readonly string _directory;
    readonly List<string> _lines;

    RunningServer(Process process, string directory, string url, List<string> lines) => (_process, _directory, Url, _lines) = (process, directory, url, lines);

    public string Url { get; }

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public static async Task<RunningServer> StartAsync(bool isSetUp, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("breeze-browser-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // The embedded PostgreSQL drops root's rights and must still reach its folder.
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo(Path.Combine(RepositoryPaths.Output("Breeze.Web"), OperatingSystem.IsWindows() ? "breeze.exe" : "breeze"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add(url);
        start.Environment["BREEZE_DATA"] = directory;
        start.Environment["BREEZE_HEARTBEAT_SECONDS"] = "5";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        if (isSetUp)
        {
            start.Environment["BREEZE_ADMIN_EMAIL"] = Email;
            start.Environment["BREEZE_ADMIN_PASSWORD"] = Password;
        }
        else
        {
            start.Environment["BREEZE_LOCAL_AGENT"] = "false";
        }
        var lines = new List<string>();
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new RunningServer(process, directory, url, lines);
        await server.WaitUntilReadyAsync(cancellationToken);
        return server;

        void Add(string? line)
        {
            if (line is not null)
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var terminate = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var limit = Stopwatch.StartNew();
        while (limit.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(Url + "/readyz"), cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(100, cancellationToken);
        }
        throw new InvalidOperationException($"The server did not become ready. It said:\n{Output}");
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
