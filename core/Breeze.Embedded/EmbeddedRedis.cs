using System.Net;
using System.Security.Cryptography;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Microsoft.Extensions.Logging;
using Tsavorite.core;

namespace Breeze.Embedded;

/// <summary>A Redis-protocol server in this process, on a loopback port behind a password of this run. It keeps nothing.</summary>
public sealed class EmbeddedRedis : IDisposable
{
    GarnetServer? _server;

    EmbeddedRedis(GarnetServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    /// <summary>For StackExchange.Redis.</summary>
    public string ConnectionString { get; }

    public static EmbeddedRedis Start(string scratchDirectory, ILoggerFactory? loggerFactory = null)
    {
        Directory.CreateDirectory(scratchDirectory);
        var port = LoopbackPort.Free();
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var server = new GarnetServer(
            new GarnetServerOptions
            {
                EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
                AuthSettings = new PasswordAuthenticationSettings(password),
                // The default device needs libaio and ends the process without it.
                DeviceType = DeviceType.RandomAccess,
                LogMemorySize = "64m",
                PageSize = "1m",
                IndexMemorySize = "4m",
                CheckpointDir = scratchDirectory,
                EnableAOF = false,
                QuietMode = true,
            },
            loggerFactory);
        server.Start();
        return new EmbeddedRedis(server, $"127.0.0.1:{port},password={password},abortConnect=false");
    }

    /// <summary>Safe to repeat, which Garnet's own is not.</summary>
    public void Dispose() => Interlocked.Exchange(ref _server, null)?.Dispose();
}
