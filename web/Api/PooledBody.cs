using System.Buffers;

namespace Breeze.Web.Api;

/// <summary>A request's body in a rented buffer; disposing of it gives the buffer back.</summary>
readonly struct PooledBody : IDisposable
{
    readonly byte[] _buffer;
    readonly int _length;

    public PooledBody(ReadOnlySequence<byte> content)
    {
        _length = (int)content.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(_length);
        content.CopyTo(_buffer);
    }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
