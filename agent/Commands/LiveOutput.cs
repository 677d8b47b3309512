using System.Text;
using Breeze.Agent.Wake;
using Breeze.Protocol;
using Breeze.Sdk;

namespace Breeze.Agent.Commands;

/// <summary>
/// Sends output over the wake channel while a command runs: few messages, never a wait. What the channel cannot take is dropped; the result
/// has it all.
/// </summary>
sealed class LiveOutput(Guid commandId, ChannelOutbox outbox, TimeProvider time)
{
    const int MessageChars = 32 * 1024;
    const int WaitingChars = 4 * MessageChars;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly Lock _gate = new();
    readonly Waiting[] _streams = [new("stdout"), new("stderr")];
    bool _sending;

    public void Write(OutputStream stream, ReadOnlySpan<byte> utf8)
    {
        if (!outbox.IsOpen)
        {
            return;
        }

        lock (_gate)
        {
            var waiting = _streams[stream == OutputStream.Stdout ? 0 : 1];
            if (waiting.Text.Length + utf8.Length > WaitingChars)
            {
                return;
            }

            var chars = new char[waiting.Decoder.GetCharCount(utf8, flush: false)];
            var count = waiting.Decoder.GetChars(utf8, chars, flush: false);
            waiting.Text.Append(chars, 0, count);
            if (!_sending && waiting.Text.Length > 0)
            {
                _sending = true;
                _ = SendAsync();
            }
        }
    }

    async Task SendAsync()
    {
        do
        {
            // First the pause: it gathers what a chatty command writes line by line.
            await Task.Delay(Pause, time);
        }
        while (SendOne());
    }

    bool SendOne()
    {
        lock (_gate)
        {
            var waiting = _streams[0].Text.Length > 0 ? _streams[0] : _streams[1];
            var length = Math.Min(MessageChars, waiting.Text.Length);
            if (length > 0)
            {
                if (length < waiting.Text.Length && char.IsHighSurrogate(waiting.Text[length - 1]))
                {
                    length--;
                }

                outbox.TryWrite(new ChannelMessage(ChannelMessageTypes.Output)
                {
                    CommandId = commandId,
                    Stream = waiting.Name,
                    Data = waiting.Text.ToString(0, length),
                });
                waiting.Text.Remove(0, length);
            }

            _sending = outbox.IsOpen && Array.Exists(_streams, stream => stream.Text.Length > 0);
            return _sending;
        }
    }

    sealed class Waiting(string name)
    {
        public string Name { get; } = name;

        public StringBuilder Text { get; } = new();

        public Decoder Decoder { get; } = Encoding.UTF8.GetDecoder();
    }
}
