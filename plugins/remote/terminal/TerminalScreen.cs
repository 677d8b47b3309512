using Breeze.Sdk;

namespace Breeze.Remote.Terminal;

/// <summary>What a terminal shows: sends it to the browser and keeps the last of it for the next page that looks on. Safe from any thread; one at a time speaks.</summary>
sealed class TerminalScreen(TerminalInfo info, IRemoteChannel channel)
{
    readonly SemaphoreSlim _speaking = new(1);
    readonly TerminalHistory _history = new();
    readonly byte[] _message = new byte[Math.Min(32 << 10, channel.MaxMessageSize)];

    public int LargestOutput => _message.Length - 1;

    /// <summary>Says what runs.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) => await channel.SendAsync(TerminalMessage.InfoOf(info), cancellationToken).ConfigureAwait(false);

    /// <summary>Shows output, of at most <see cref="LargestOutput"/>.</summary>
    public async Task ShowAsync(ReadOnlyMemory<byte> output, CancellationToken cancellationToken)
    {
        await _speaking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
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
