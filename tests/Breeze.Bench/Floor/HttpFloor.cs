using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Bench.Floor;

/// <summary>
/// The least that taking a heartbeat costs: Kestrel, one route, the body read to its end, the token's hash looked up in memory, every value of the JSON
/// read, a fixed answer.
/// </summary>
static class HttpFloor
{
    static readonly byte[] Answer = """{"commands":[],"config_update":null,"upgrade_to":null}"""u8.ToArray();

    public const string EchoPath = "/echo";

    /// <summary>Arguments: address, file of devices (id and token, one per line), and for https the files of certificate and key.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var tokens = new ConcurrentDictionary<UInt128, Guid>();
        foreach (var device in arguments.Length < 2 ? [] : File.ReadLines(arguments[1]).Select(line => line.Split(' ')))
        {
            tokens[KeyOf(device[1])] = Guid.Parse(device[0]);
        }
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(arguments[0]);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (arguments is [_, _, var certificate, var key])
            {
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, key));
            }
        });
        await using var app = builder.Build();
        app.MapPost("/api/v1/agents/{id:guid}/heartbeat", async (HttpContext context) =>
        {
            if (context.Request.Headers.Authorization.ToString() is not { Length: > 7 } header || !tokens.ContainsKey(KeyOf(header.AsSpan(7))))
            {
                context.Response.StatusCode = 401;
                return;
            }
            var reader = context.Request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync();
                if (read.IsCompleted)
                {
                    Sum(read.Buffer);
                    reader.AdvanceTo(read.Buffer.End);
                    break;
                }
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }

            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.BodyWriter.WriteAsync(Answer);
        });
        app.UseWebSockets();
        app.Map(EchoPath, EchoAsync);
        await app.StartAsync();
        Console.WriteLine("{}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    static UInt128 KeyOf(ReadOnlySpan<char> token)
    {
        Span<byte> text = stackalloc byte[256];
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text[..Encoding.ASCII.GetBytes(token, text)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    static double Sum(in ReadOnlySequence<byte> body)
    {
        var json = new Utf8JsonReader(body);
        var sum = 0.0;
        while (json.Read())
        {
            sum += json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var value) ? value : 0;
        }
        return sum;
    }

    static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, context.RequestAborted);
        }
    }
}
