using Breeze.Testing;

namespace Breeze.Bench.Floor;

/// <summary>The bare endpoint as a process.</summary>
sealed class HttpFloorPart : IDisposable
{
    readonly Part _part;

    HttpFloorPart(Part part, int port)
    {
        _part = part;
        Port = port;
    }

    public int Id => _part.Id;

    public int Port { get; }

    /// <param name="devices">The file of devices: id and token, one per line.</param>
    /// <param name="certificate">For https; null for plain HTTP.</param>
    public static async Task<HttpFloorPart> StartAsync(string devices, TestCertificate? certificate = null)
    {
        var port = BenchServer.FreePort();
        var part = certificate is null
            ? Part.Start("part-http-floor", $"http://127.0.0.1:{port}", devices)
            : Part.Start("part-http-floor", $"https://127.0.0.1:{port}", devices, certificate.CertificateFile, certificate.KeyFile);
        await part.ReadAsync();
        return new HttpFloorPart(part, port);
    }

    public void Dispose() => _part.Dispose();
}
