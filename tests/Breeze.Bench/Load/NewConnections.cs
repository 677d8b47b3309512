using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Breeze.Bench.Load;

/// <summary>Opens connections, sends one request over each and closes it again: what a connection costs that is not kept.</summary>
static class NewConnections
{
    const int AtOnce = 16;

    /// <summary>Arguments: port, file of devices (id and token, one per line), connections, the server's certificate or an empty word, and whether to take up TLS sessions again.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var devices = File.ReadLines(arguments[1]).Take(AtOnce).ToArray();
        var count = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var tls = LoadTls.Of(arguments[3], resume: bool.Parse(arguments[4]));
        var requests = new ConcurrentBag<byte[][]>(devices.Select(line => (byte[][])[LoadClient.Request(line.Split(' '), port)]));
        await OpenAsync(count / 10);
        Console.WriteLine("{}");
        Console.ReadLine();
        var failures = await OpenAsync(count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"connections":{{count}},"failures":{{failures}}}"""));
        Console.ReadLine();
        return 0;

        async Task<int> OpenAsync(int connections)
        {
            var failures = 0;
            await Parallel.ForEachAsync(Enumerable.Range(0, connections), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
            {
                requests.TryTake(out var request);
                using (var connection = await LoadConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, port), request!, tls))
                {
                    if (!await connection.SendAsync())
                    {
                        Interlocked.Increment(ref failures);
                    }
                }
                requests.Add(request!);
            });
            return failures;
        }
    }
}
