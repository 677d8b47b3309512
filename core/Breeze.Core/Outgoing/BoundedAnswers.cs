namespace Breeze.Core.Outgoing;

/// <summary>Ends an answer that is longer than it may be, whether it says so beforehand or not, and however it is read.</summary>
public sealed class BoundedAnswers(long most) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Content.Headers.ContentLength > most)
        {
            response.Dispose();
            throw TooLong();
        }
        var bounded = new StreamContent(new BoundedStream(await response.Content.ReadAsStreamAsync(cancellationToken), most));
        foreach (var (name, values) in response.Content.Headers.NonValidated)
        {
            bounded.Headers.TryAddWithoutValidation(name, values);
        }
        response.Content = bounded;
        return response;
    }

    static HttpRequestException TooLong() => new(HttpRequestError.ConfigurationLimitExceeded, "The answer is longer than it may be.");

    sealed class BoundedStream(Stream inner, long left) : Stream
    {
        long _left = left;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await inner.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
            base.Dispose(disposing);
        }

        int Count(int read) => (_left -= read) >= 0 ? read : throw TooLong();
    }
}
