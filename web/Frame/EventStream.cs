using System.Text;
using System.Threading.Channels;

namespace Breeze.Web.Frame;

/// <summary>
/// Server-sent events to one page. It ends after a few minutes, and the browser comes back by itself: so the right to watch is checked again
/// and again, and a stopping server does not wait for open pages.
/// </summary>
public sealed class EventStream : IAsyncDisposable
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    readonly HttpResponse _response;
    readonly CancellationTokenSource _ending;
    readonly SemaphoreSlim _writing = new(1);

    EventStream(HttpResponse response, CancellationTokenSource ending)
    {
        _response = response;
        _ending = ending;
    }

    /// <summary>Ends with the connection, the server or the time.</summary>
    public CancellationToken Ending => _ending.Token;

    public static async Task<EventStream> OpenAsync(HttpContext context)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        ending.CancelAfter(Longest);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var stream = new EventStream(context.Response, ending);
        await stream.WriteAsync("retry: 2000\n\n");
        return stream;
    }

    /// <summary>Sends an event; line breaks in the data are kept.</summary>
    public Task SendAsync(string name, string data)
    {
        var text = new StringBuilder("event: ").Append(name).Append('\n');
        foreach (var line in data.ReplaceLineEndings("\n").Split('\n'))
        {
            text.Append("data: ").Append(line).Append('\n');
        }
        return WriteAsync(text.Append('\n').ToString());
    }

    /// <summary>Passes on what the channels bring until the stream ends.</summary>
    public async Task RunAsync(ChannelReader<byte[]> messages, Func<byte[], Task> handle)
    {
        try
        {
            while (true)
            {
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(Ending);
                pause.CancelAfter(KeepAlive);
                try
                {
                    await handle(await messages.ReadAsync(pause.Token));
                }
                catch (OperationCanceledException) when (!Ending.IsCancellationRequested)
                {
                    await WriteAsync(":\n\n");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page went away, or comes back soon.
        }
        catch (ChannelClosedException)
        {
        }
    }

    public ValueTask DisposeAsync()
    {
        _ending.Dispose();
        _writing.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task WriteAsync(string text)
    {
        await _writing.WaitAsync(Ending);
        try
        {
            await _response.WriteAsync(text, Ending);
            await _response.Body.FlushAsync(Ending);
        }
        finally
        {
            _writing.Release();
        }
    }
}
