using System.Globalization;
using Breeze.Bench.Floor;
using Breeze.Bench.Load;
using Breeze.Bench.Report;
using Breeze.Testing;

namespace Breeze.Bench;

/// <summary>
/// What TLS adds, each a difference of the bare endpoint over https and over plain HTTP: records for a request on a kept connection, a handshake for a connection that
/// carries one request, in full and with a session taken up again.
/// </summary>
static class TlsCost
{
    public static async Task AddAsync(FigureReport report, string devices, BenchOptions options, TestCertificate certificate, LoadRounds secure, LoadRounds plain)
    {
        var count = options.Quick ? 1_000 : 10_000;
        report.Add("tls.records.cpu", "µs", [FigureReport.Median(secure.Of(r => r.Cpu)) - FigureReport.Median(plain.Of(r => r.Cpu))]);
        var bare = await ConnectAsync(devices, count, null, resume: false);
        report.Add("tls.connection.plain.cpu", "µs", [bare]);
        report.Add("tls.handshake.full.cpu", "µs", [await ConnectAsync(devices, count, certificate, resume: false) - bare]);
        report.Add("tls.handshake.resumed.cpu", "µs", [await ConnectAsync(devices, count, certificate, resume: true) - bare]);
    }

    /// <summary>CPU of the endpoint for a new connection with one request.</summary>
    static async Task<double> ConnectAsync(string devices, int count, TestCertificate? certificate, bool resume)
    {
        using var floor = await HttpFloorPart.StartAsync(devices, certificate);
        using var client = Part.Start(
            "part-new-connections", floor.Port.ToString(CultureInfo.InvariantCulture), devices, count.ToString(CultureInfo.InvariantCulture), certificate?.CertificateFile ?? "", resume.ToString());
        await client.ReadAsync();
        var before = ProcessCpu.OwnMicrosecondsOf(floor.Id);
        await client.GoAsync();
        var result = await client.ReadAsync();
        if (result.GetProperty("failures").GetInt32() is > 0 and var failures)
        {
            throw new InvalidOperationException($"{failures} new connections were refused.");
        }
        return (ProcessCpu.OwnMicrosecondsOf(floor.Id) - before) / count;
    }
}
