namespace Breeze.PluginHost;

static class BoundedCopy
{
    const int ChunkSize = 81920;

    /// <returns>Whether all of it was copied; <see langword="false"/> when there is more than the limit.</returns>
    public static async Task<bool> RunAsync(Stream source, Stream destination, long limit, CancellationToken cancellationToken)
    {
        var chunk = new byte[ChunkSize];
        for (int read; (read = await source.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if ((limit -= read) < 0)
            {
                return false;
            }

            await destination.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }

        return true;
    }
}
