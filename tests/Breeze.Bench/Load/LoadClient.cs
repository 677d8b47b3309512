using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breeze.Bench.Load;

/// <summary>
/// Agents by the thousand in one process: each connection is kept alive and sends requests that were put together beforehand, one after the
/// other, for the devices that are its own.
/// </summary>
static class LoadClient
{
    /// <summary>
    /// Arguments: port, file of devices (id and token, one per line), connections, seconds, and for https the server's certificate. Runs again for every line of input.
    /// </summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var devices = File.ReadAllLines(arguments[1]);
        var count = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var tls = LoadTls.Of(arguments.ElementAtOrDefault(4));
        var connections = new LoadConnection[count];
        for (var index = 0; index < count; index++)
        {
            var requests = devices.Where((_, position) => position % count == index).Select(line => Request(line.Split(' '), port)).ToArray();
            connections[index] = await LoadConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, port), requests, tls);
        }

        Console.WriteLine("{}");
        while (Console.ReadLine() is { } line)
        {
            var seconds = int.TryParse(line, CultureInfo.InvariantCulture, out var given) ? given : int.Parse(arguments[3], CultureInfo.InvariantCulture);
            await RoundAsync(connections, seconds);
        }

        return 0;
    }

    static async Task RoundAsync(LoadConnection[] connections, int seconds)
    {
        var watch = Stopwatch.StartNew();
        var end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        var parts = await Task.WhenAll(connections.Select(connection => connection.RunAsync(end)));
        var elapsed = watch.Elapsed.TotalSeconds;
        var latencies = parts.SelectMany(part => part.Latencies).Order().ToArray();
        var failures = parts.Sum(part => part.Failures);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"requests":{{latencies.Length}},"failures":{{failures}},"seconds":{{elapsed}},"p50_ms":{{At(latencies, 0.5)}},"p99_ms":{{At(latencies, 0.99)}}}"""));
    }

    static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];

    public static byte[] Request(string[] device, int port)
    {
        var body = HeartbeatBody.Plain;
        var head = $"POST /api/v1/agents/{device[0]}/heartbeat HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {device[1]}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
