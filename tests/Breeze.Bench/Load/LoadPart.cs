using System.Globalization;
using Breeze.Testing;

namespace Breeze.Bench.Load;

/// <summary>A process of its own that sends heartbeats as fast as they are answered, for as long as it is told to.</summary>
sealed class LoadPart : IDisposable
{
    readonly Part _part;
    readonly Func<(double Server, double Database)> _cpu;

    LoadPart(Part part, Func<(double Server, double Database)> cpu) => (_part, _cpu) = (part, cpu);

    /// <param name="port">Of the server on this machine.</param>
    /// <param name="devices">A file with the ids and tokens of agents.</param>
    /// <param name="options">How many connections.</param>
    /// <param name="certificate">What the server shows itself with; null for plain HTTP.</param>
    /// <param name="cpu">Microseconds that server and database have used so far.</param>
    public static async Task<LoadPart> StartAsync(int port, string devices, BenchOptions options, TestCertificate? certificate, Func<(double Server, double Database)> cpu)
    {
        var load = new LoadPart(
            Part.Start(["part-load", Text(port), devices, Text(options.Connections), Text(options.Seconds), .. certificate is null ? (string[])[] : [certificate.CertificateFile]]), cpu);
        await load._part.ReadAsync();
        return load;
    }

    public async Task<LoadRound> RunAsync(int seconds)
    {
        var before = _cpu();
        await _part.SayAsync(Text(seconds));
        var result = await _part.ReadAsync();
        var after = _cpu();
        var requests = result.GetProperty("requests").GetInt32();
        return new LoadRound(
            requests,
            result.GetProperty("failures").GetInt32(),
            requests / result.GetProperty("seconds").GetDouble(),
            (after.Server - before.Server) / requests,
            (after.Database - before.Database) / requests,
            result.GetProperty("p50_ms").GetDouble(),
            result.GetProperty("p99_ms").GetDouble());
    }

    public void Dispose() => _part.Dispose();

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
