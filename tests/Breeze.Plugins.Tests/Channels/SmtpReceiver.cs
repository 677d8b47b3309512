using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Breeze.Testing;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>A real mail server as a process of its own.</summary>
sealed class SmtpReceiver : IAsyncDisposable
{
    readonly Process _process;
    readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    SmtpReceiver(Process process, string authority) => (_process, Authority) = (process, authority);

    public int Port { get; private set; }

    /// <summary>The certificate that signed the server's.</summary>
    public string Authority { get; }

    public static async Task<SmtpReceiver> StartAsync(string mode, string? user = null, string? password = null)
    {
        var (authority, certificate, key) = CreateCertificate();
        var process = Process.Start(new ProcessStartInfo("node", ["server.mjs"])
        {
            WorkingDirectory = Path.Combine(RepositoryPaths.Root, "tests", "Smtp"), RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        var receiver = new SmtpReceiver(process, authority);
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null)
                receiver._lines.Writer.TryComplete(new InvalidOperationException("The mail server ended."));
            else
                receiver._lines.Writer.TryWrite(e.Data);
        };
        process.BeginOutputReadLine();
        await process.StandardInput.WriteLineAsync(new JsonObject { ["mode"] = mode, ["cert"] = certificate, ["key"] = key, ["user"] = user, ["password"] = password }.ToJsonString());
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        receiver.Port = int.Parse((await receiver.LineAsync()).Replace("ready ", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        return receiver;
    }

    public async Task<Mail> NextAsync()
    {
        var mail = JsonElement.Parse(await LineAsync());
        return new Mail(
            [.. mail.GetProperty("to").EnumerateArray().Select(t => t.GetString()!)], mail.GetProperty("secure").GetBoolean(), mail.GetProperty("user").GetString(),
            MimeKit.MimeMessage.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail.GetProperty("raw").GetString()!)), TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        // It ends with its input, as it would if these tests died.
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    async Task<string> LineAsync() => await _lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    static (string Authority, string Certificate, string Key) CreateCertificate()
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Tests", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, to, [1, 2, 3]);
        return (authority.ExportCertificatePem(), certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    internal sealed record Mail(IReadOnlyList<string> To, bool Secure, string? User, MimeKit.MimeMessage Message)
    {
        public string Text => Message.TextBody.ShouldNotBeNull();

        public string Html => Message.HtmlBody.ShouldNotBeNull();
    }
}
