using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Tests.Turn;

/// <summary>A real TURN server on the loopback interface, with time-limited credentials. One for all tests that want it.</summary>
public sealed class Coturn : IAsyncLifetime
{
    const string Program = "/usr/bin/turnserver";
    const string Secret = "a secret of the tests";
    const int Attempts = 3;

    readonly string _folder = Directory.CreateTempSubdirectory("breeze-coturn-").FullName;
    Process? _process;

    string Log => Path.Combine(_folder, "log");

    public int Port { get; private set; }
    public int TlsPort { get; private set; }
    public string Username { get; } = $"{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}:tester";

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "The REST scheme of TURN servers signs with HMAC-SHA1.")]
    public string Credential => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Username)));

    public string Stun => string.Create(CultureInfo.InvariantCulture, $"stun:127.0.0.1:{Port}");
    public string Tls => string.Create(CultureInfo.InvariantCulture, $"turns:127.0.0.1:{TlsPort}");
    public string Udp => string.Create(CultureInfo.InvariantCulture, $"turn:127.0.0.1:{Port}?transport=udp");
    public string Tcp => string.Create(CultureInfo.InvariantCulture, $"turn:127.0.0.1:{Port}?transport=tcp");

    internal IceServerAddress Address(string url, string? credential = null)
    {
        IceServerAddress.TryParse(url, Username, credential ?? Credential, out var address, out var error).ShouldBeTrue(error);
        return address!;
    }

    public async ValueTask InitializeAsync()
    {
        File.Exists(Program).ShouldBeTrue($"These tests need {Program}: 'apt-get install coturn', or your distribution's package.");
        // Somebody else may take a port between the look and its start; it then goes on without answering.
        for (var attempt = 1; !await StartAsync(); attempt++)
        {
            (attempt < Attempts).ShouldBeTrue($"coturn does not answer:\n{(File.Exists(Log) ? await File.ReadAllTextAsync(Log) : "It has written nothing.")}");
            await StopAsync();
        }
    }

    async Task<bool> StartAsync()
    {
        Port = FreePort();
        TlsPort = FreePort();
        WriteCertificate();
        var relays = Random.Shared.Next(30_000, 45_000);
        var settings = Path.Combine(_folder, "turnserver.conf");
        await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $"""
            listening-ip=127.0.0.1
            relay-ip=127.0.0.1
            listening-port={Port}
            min-port={relays}
            max-port={relays + 300}
            use-auth-secret
            static-auth-secret={Secret}
            realm=breeze.test
            allow-loopback-peers
            relay-threads=1
            no-cli
            tls-listening-port={TlsPort}
            cert={_folder}/certificate.pem
            pkey={_folder}/key.pem
            no-dtls
            log-file={Log}
            simple-log
            pidfile={_folder}/pid
            userdb={_folder}/users

            """));
        _process = Process.Start(new ProcessStartInfo(Program, ["-c", settings]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        return await AnswersAsync();
    }

    /// <summary>Asks for its own address until it answers.</summary>
    async Task<bool> AnswersAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var question = new StunBuilder(StunClass.Request, StunMethod.Binding, StunTransactionId.Create()).Build();
        while (!deadline.IsCancellationRequested && !_process!.HasExited)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
            turn.CancelAfter(100);
            try
            {
                await socket.SendToAsync(question, new IPEndPoint(IPAddress.Loopback, Port), turn.Token);
                await socket.ReceiveFromAsync(new byte[512], new IPEndPoint(IPAddress.Any, 0), turn.Token);
                return true;
            }
            catch (OperationCanceledException)
            {
                // Not yet.
            }
        }
        return false;
    }

    void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=turn.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "certificate.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    async Task StopAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
