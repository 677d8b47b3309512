using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Breeze.Testing;

/// <summary>The real server as a process, on a free loopback port with a data directory of its own.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    public const string AdminEmail = "admin@example.com";
    public const string AdminPassword = "correct horse battery staple";

    readonly ServerOptions _options;
    readonly List<string> _output = [];
    readonly bool _ownsData;
    Process? _process;

    ServerProcess(ServerOptions options)
    {
        _options = options;
        _ownsData = options.DataDirectory is null;
        DataDirectory = options.DataDirectory ?? Directory.CreateTempSubdirectory("breeze-server-").FullName;
        Port = options.Port ?? FreePort();
        Url = new Uri($"{(options.Certificate is null ? "http" : "https")}://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}");
        Client = NewClient();
    }

    public string DataDirectory { get; }

    public int Port { get; }

    public Uri Url { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Client { get; }

    public int ProcessId => _process!.Id;

    /// <summary>Everything that the server has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>The one-time link, when the server printed one.</summary>
    public string? SetupLink => SetupPattern().Match(Output) is { Success: true } match ? match.Value : null;

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(ServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new ServerProcess(options ?? new ServerOptions());
        try
        {
            if (server._ownsData && server._options is { FirstStart: false, CreateAdministrator: true } && !server._options.Environment.ContainsKey("DATABASE_URL"))
            {
                await PreparedData.CopyToAsync(server.DataDirectory, cancellationToken);
            }
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the same server, with the same data, after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        _process = Launch();
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(cancellationToken);
                throw new InvalidOperationException($"The server ended with exit code {_process.ExitCode}:\n{Output}");
            }
            try
            {
                using var response = await Client.GetAsync("/readyz", cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && watch.Elapsed < TimeSpan.FromSeconds(90))
            {
                // Not there yet; a connection that is cut while it is made is told by its socket.
            }
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Runs a server that is expected to refuse to start; answers its exit code and what it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunToExitAsync(ServerOptions options, CancellationToken cancellationToken = default)
    {
        await using var server = new ServerProcess(options);
        server._process = server.Launch();
        await server._process.WaitForExitAsync(cancellationToken);
        return (server._process.ExitCode, server.Output);
    }

    /// <summary>A client with an administrator's token.</summary>
    public Task<HttpClient> SignInAsync(CancellationToken cancellationToken = default) => SignInAsync(AdminEmail, AdminPassword, cancellationToken);

    public async Task<HttpClient> SignInAsync(string email, string password, CancellationToken cancellationToken = default)
    {
        using var response = await Client.PostAsJsonAsync("/api/v1/auth/login", new { email, password }, cancellationToken);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            // The reason may still be on its way through the console.
            for (var waited = 0; waited < 20 && !Output.Contains("failed", StringComparison.Ordinal); waited++)
            {
                await Task.Delay(100, cancellationToken);
            }
            throw new InvalidOperationException($"Signing in failed: {body}\n{Output}");
        }
        return ClientWith(body.GetProperty("access_token").GetString()!);
    }

    public HttpClient ClientWith(string bearerToken)
    {
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearerToken);
        return client;
    }

    HttpClient NewClient()
    {
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        if (_options.Certificate is { } certificate)
        {
            handler.SslOptions.CertificateChainPolicy = certificate.NewPolicy();
        }
        return new HttpClient(handler) { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>As a person does with Ctrl-C or a service manager with its stop.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        using (var kill = Process.Start("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(cancellationToken);
        }
        await _process!.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
    }

    /// <summary>As a power cut does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        _process!.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends the embedded database by force. The server stays up.</summary>
    public void KillDatabase()
    {
        var id = int.Parse(File.ReadLines(Path.Combine(DataDirectory, "postgres", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is { HasExited: false })
        {
            try
            {
                await StopAsync();
            }
            catch (TimeoutException)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }
        }
        _process?.Dispose();
        if (_ownsData)
        {
            await DeleteDataAsync();
        }
    }

    /// <summary>The database may take a moment to follow its server.</summary>
    async Task DeleteDataAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(DataDirectory, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                await Task.Delay(100);
            }
        }
    }

    Process Launch()
    {
        var start = new ProcessStartInfo(Path.Combine(RepositoryPaths.Output("Breeze.Web"), "breeze"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            ArgumentList = { "--urls", Url.ToString().TrimEnd('/') },
        };
        foreach (var name in start.Environment.Keys.Where(k => k is "DATABASE_URL" or "REDIS_URL" or "JWT_SECRET" || k.StartsWith("BREEZE_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }
        start.Environment["BREEZE_DATA"] = DataDirectory;
        start.Environment["BREEZE_LOCAL_AGENT"] = _options.LocalAgent ? "true" : "false";
        if (_options.CreateAdministrator)
        {
            start.Environment["BREEZE_ADMIN_EMAIL"] = AdminEmail;
            start.Environment["BREEZE_ADMIN_PASSWORD"] = AdminPassword;
        }
        if (_options.Certificate is { } certificate)
        {
            start.Environment["Kestrel__Certificates__Default__Path"] = certificate.CertificateFile;
            start.Environment["Kestrel__Certificates__Default__KeyPath"] = certificate.KeyFile;
        }
        foreach (var (name, value) in _options.Environment)
        {
            start.Environment[name] = value;
        }
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"https?://\S+/setup/\S+")]
    private static partial Regex SetupPattern();
}
