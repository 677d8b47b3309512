using Breeze.Sdk;

namespace Breeze.PluginHost.Processes;

/// <summary>Moves bytes between a process's pipes and the host as they arrive.</summary>
static class OutputPump
{
    const int BufferSize = 16 * 1024;

    /// <summary>Reads until the pipe closes or <paramref name="stop"/>. A sink that throws cancels <paramref name="broken"/> and the exception goes on.</summary>
    public static async Task RunAsync(
        Stream source, OutputStream stream, ICommandOutput output, CancellationTokenSource broken, CancellationToken stop)
    {
        var buffer = new byte[BufferSize];
        while (await ReadAsync(source, buffer, stop).ConfigureAwait(false) is var count and > 0)
        {
            try
            {
                // Not cancelled by the drain limit: what was read is delivered, and only waiting for more is bounded.
                await output.WriteAsync(stream, buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
            }
            catch
            {
                // Nobody reads the pipe any more, so the process would block on it until its time-out.
                await broken.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Writes standard input and closes it. A process that does not read it all is no fault.</summary>
    public static async Task FeedAsync(Stream? target, ReadOnlyMemory<byte> input, CancellationToken stop)
    {
        if (target is null)
            return;
        try
        {
            await target.WriteAsync(input, stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            return;
        }
        finally
        {
            await target.DisposeAsync().ConfigureAwait(false);
        }
    }

    static async ValueTask<int> ReadAsync(Stream source, byte[] buffer, CancellationToken stop)
    {
        try
        {
            return await source.ReadAsync(buffer, stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
