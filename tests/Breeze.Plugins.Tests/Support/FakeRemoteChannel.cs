using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Support;

/// <summary>The browser's end of a session, without a browser. A reader that does not ask for more holds the sender up.</summary>
sealed class FakeRemoteChannel : IRemoteChannel
{
    readonly Channel<byte[]> _toDevice = Channel.CreateUnbounded<byte[]>();
    readonly Channel<byte[]> _toBrowser = Channel.CreateBounded<byte[]>(16);

    public int MaxMessageSize => 64 << 10;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        await _toBrowser.Writer.WriteAsync(message.ToArray(), cancellationToken);

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in _toDevice.Reader.ReadAllAsync(cancellationToken))
            yield return message;
    }

    public void Send(params byte[] message) => _toDevice.Writer.TryWrite(message);

    public void Type(string text) => Send([0, .. Encoding.UTF8.GetBytes(text)]);

    public void Resize(int columns, int rows)
    {
        var message = new byte[5];
        message[0] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(1), (ushort)columns);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(3), (ushort)rows);
        Send(message);
    }

    /// <summary>As a closed tab does.</summary>
    public void Leave() => _toDevice.Writer.TryComplete();

    public ValueTask<byte[]> NextAsync(CancellationToken cancellationToken) => _toBrowser.Reader.ReadAsync(cancellationToken);
}
