using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Breeze.Integration.Tests.People;

/// <summary>As much of a mail server as takes a message. It refuses the first connection, so that senders show their patience.</summary>
sealed class MailServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Channel<string> _messages = Channel.CreateUnbounded<string>();
    readonly CancellationTokenSource _stop = new();
    readonly Task _serving;

    public MailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url => $"smtp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}?from=breeze%40example.com";

    /// <summary>The next message, as it came, once it has come.</summary>
    public async Task<string> NextAsync(CancellationToken cancellationToken) => await _messages.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);

    public int Waiting => _messages.Reader.Count;

    async Task ServeAsync()
    {
        var isFirst = true;
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                if (isFirst)
                {
                    isFirst = false;
                    continue;
                }
                await TalkAsync(client, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    async Task TalkAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 here");
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("354 go on");
                var message = new StringBuilder();
                while (await reader.ReadLineAsync(cancellationToken) is { } text && text != ".")
                {
                    message.AppendLine(text);
                }
                _messages.Writer.TryWrite(message.ToString());
            }
            await writer.WriteLineAsync(line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) ? "221 bye" : "250 ok");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }
}
