using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Breeze.Remote.Terminal;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>A terminal with somebody at the other end who types and reads.</summary>
sealed class TerminalSession : IAsyncDisposable
{
    readonly CancellationTokenSource _host = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    readonly StringBuilder _screen = new();
    readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    int _seen;

    TerminalSession(string options, bool viewOnly, IRemoteRecording? recording) => End = new TerminalProvider().ServeAsync(
        new RemoteSessionRequest(Guid.NewGuid(), "Somebody", JsonElement.Parse(options)) { ViewOnly = viewOnly, Recording = recording }, Channel, _host.Token).AsTask();

    public FakeRemoteChannel Channel { get; } = new();

    public Task<RemoteSessionEnd> End { get; }

    public JsonElement Info { get; private set; }

    public int ShellId => Info.GetProperty("pid").GetInt32();

    public int? ExitCode { get; private set; }

    /// <summary>Everything that was read so far.</summary>
    public string Shown => _screen.ToString();

    public static async Task<TerminalSession> StartAsync(string options = """{"shell":"/bin/bash"}""", bool viewOnly = false, IRemoteRecording? recording = null)
    {
        var session = new TerminalSession(options, viewOnly, recording);
        var first = await session.Channel.NextAsync(session._host.Token);
        first[0].ShouldBe((byte)2);
        session.Info = JsonElement.Parse(first.AsSpan(1));
        if (!viewOnly)
        {
            // Whatever the shell's own files print comes before this. Without its line editor it prints no control sequences.
            session.Channel.Type("PS1= PS2=; set +o emacs +o vi; stty -echo; echo rea''dy\n");
            await session.SeesAsync("ready\r\n");
        }
        return session;
    }

    /// <summary>Types a line and reads what follows it up to the next mark.</summary>
    public async Task<string> RunAsync(string line)
    {
        Channel.Type($"{line}; echo ma''rk\n");
        return await SeesAsync("mark\r\n");
    }

    public async Task<int> NumberAsync(string line) => int.Parse(Regex.Match(await RunAsync(line), @"\d+(?=\s*$)").Value, CultureInfo.InvariantCulture);

    /// <summary>Reads up to a text; returns what came before it.</summary>
    public async Task<string> SeesAsync(string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_host.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        int found;
        while ((found = _screen.ToString().IndexOf(text, _seen, StringComparison.Ordinal)) < 0)
        {
            try
            {
                await ReadAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!_host.IsCancellationRequested)
            {
                throw new TimeoutException($"'{text}' did not come; the screen has: {_screen}");
            }
        }
        var before = _screen.ToString(_seen, found - _seen);
        _seen = found + text.Length;
        return before;
    }

    /// <summary>Reads up to the next information.</summary>
    public async Task<JsonElement> InfoAsync()
    {
        while (true)
        {
            var message = await Channel.NextAsync(_host.Token);
            if (message[0] == 2)
                return JsonElement.Parse(message.AsSpan(1));
        }
    }

    /// <summary>Reads so many bytes of output.</summary>
    public async Task<string> BytesAsync(int count)
    {
        var from = _screen.Length;
        for (var read = 0L; read < count;)
            read += await ReadAsync(_host.Token);
        _seen = _screen.Length;
        return _screen.ToString(from, _screen.Length - from);
    }

    /// <summary>Reads until the shell has ended; returns the bytes of output since.</summary>
    public async Task<long> ReadToExitAsync()
    {
        long bytes = 0;
        while (ExitCode is null)
            bytes += await ReadAsync(_host.Token);
        return bytes;
    }

    public Task StopHostAsync() => _host.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.CancelAsync();
        await End;
        _host.Dispose();
    }

    async Task<int> ReadAsync(CancellationToken cancellationToken)
    {
        var message = await Channel.NextAsync(cancellationToken);
        if (message[0] == 3)
            ExitCode = BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(1));
        if (message[0] != 0)
            return 0;
        if (_screen.Length < 1 << 20)
        {
            var text = new char[message.Length];
            _screen.Append(text, 0, _decoder.GetChars(message, 1, message.Length - 1, text, 0));
        }
        return message.Length - 1;
    }
}
