using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Breeze.Bench.Load;

/// <summary>Agents with an open wake channel each, in a process of their own: they note when a command reaches them, and confirm it as agents do.</summary>
sealed class MassAgents
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly ConcurrentQueue<(Guid Command, DateTime At)> _reached = new();
    readonly SemaphoreSlim _news = new(0);

    /// <summary>Arguments: port, file of devices (id and token, one per line). For every line of input, a file name, it waits for one command each and writes when they came.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var devices = await File.ReadAllLinesAsync(arguments[1]);
        var agents = new MassAgents();
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        await Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (line, cancellationToken) =>
        {
            var (id, token) = (line[..36], line[37..]);
            var channel = new ClientWebSocket();
            channel.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            channel.Options.KeepAliveInterval = TimeSpan.Zero;
            await channel.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/ws/agents/{id}"), invoker, cancellationToken);
            var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = agents.ListenAsync(channel, connected);
            await connected.Task.WaitAsync(Patience, cancellationToken);
        });
        Console.WriteLine("{}");
        while (Console.ReadLine() is { Length: > 0 } file)
        {
            var text = new StringBuilder();
            var count = 0;
            for (; count < devices.Length && await agents._news.WaitAsync(Patience); count++)
            {
                agents._reached.TryDequeue(out var reached);
                text.Append(CultureInfo.InvariantCulture, $"{reached.Command} {reached.At.Ticks}\n");
            }
            await File.WriteAllTextAsync(file, text.ToString());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"reached":{{count}}}"""));
        }
        return 0;
    }

    async Task ListenAsync(ClientWebSocket channel, TaskCompletionSource connected)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var received = await channel.ReceiveAsync(buffer, CancellationToken.None);
            var at = DateTime.UtcNow;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }
            if (Read(buffer.AsSpan(0, received.Count)) is not { } command)
            {
                // The first message says that the server has looked for what waits.
                connected.TrySetResult();
                continue;
            }
            _reached.Enqueue((command, at));
            _news.Release();
            await channel.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"started","command_id":"{{command}}"}"""), WebSocketMessageType.Text, true, CancellationToken.None);
        }
    }

    static Guid? Read(ReadOnlySpan<byte> json)
    {
        var message = JsonElement.Parse(json);
        return message.GetProperty("type").GetString() == "command" ? message.GetProperty("command").GetProperty("id").GetGuid() : null;
    }
}
