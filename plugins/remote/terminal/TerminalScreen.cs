using Breeze.Sdk;

namespace Breeze.Remote.Terminal;

/// <summary>
/// What a terminal shows: sends it to the browser and keeps the last of it for the next page that looks on. Where the session is recorded, that comes first: nothing is shown that is not
/// recorded. Safe from any thread; one at a time speaks.
/// </summary>
sealed class TerminalScreen(TerminalInfo info, IRemoteChannel channel, TerminalCast? cast)
{
    static ReadOnlySpan<byte> Recorded => "\e[3mThis session is recorded.\e[0m\r\n"u8;

    readonly SemaphoreSlim _speaking = new(1);
    readonly TerminalHistory _history = new();
    readonly byte[] _message = new byte[Math.Min(32 << 10, channel.MaxMessageSize)];

    public int LargestOutput => _message.Length - 1;

    /// <summary>Says what runs, and whether it is recorded.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await channel.SendAsync(TerminalMessage.InfoOf(info), cancellationToken).ConfigureAwait(false);
        if (cast is not null)
            await ShowAsync(Recorded.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The terminal has another size now.</summary>
    public Task ResizedAsync(TerminalSize size, CancellationToken cancellationToken) => cast?.ResizedAsync(size, cancellationToken) ?? Task.CompletedTask;

    /// <summary>Shows output, of at most <see cref="LargestOutput"/>.</summary>
    public async Task ShowAsync(ReadOnlyMemory<byte> output, CancellationToken cancellationToken)
    {
        await _speaking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (cast is not null)
                await cast.OutputAsync(output, cancellationToken).ConfigureAwait(false);
            _history.Append(output.Span);
            await SendAsync(output, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _speaking.Release();
        }
    }

    /// <summary>Tells a page that has just come what runs and what was shown; what follows is new.</summary>
    public async Task AttachAsync(CancellationToken cancellationToken)
    {
        await _speaking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var shown = _history.ToArray();
            await channel.SendAsync(TerminalMessage.InfoOf(info with { Replay = shown.Length }), cancellationToken).ConfigureAwait(false);
            for (var at = 0; at < shown.Length; at += LargestOutput)
                await SendAsync(shown.AsMemory(at, Math.Min(LargestOutput, shown.Length - at)), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _speaking.Release();
        }
    }

    async Task SendAsync(ReadOnlyMemory<byte> output, CancellationToken cancellationToken)
    {
        _message[0] = TerminalMessage.Data;
        output.CopyTo(_message.AsMemory(1));
        await channel.SendAsync(_message.AsMemory(0, output.Length + 1), cancellationToken).ConfigureAwait(false);
    }
}
