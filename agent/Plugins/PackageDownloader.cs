using System.Net;
using System.Security.Cryptography;
using Breeze.Agent.Server;
using Breeze.Agent.State;
using Breeze.Protocol;

namespace Breeze.Agent.Plugins;

/// <summary>Fetches packages, going on where the last attempt broke off.</summary>
sealed class PackageDownloader(string directory, ServerClient server)
{
    const long MaximumBytes = 64L << 20;
    static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Returns the file, whose SHA-256 is the assignment's, or why there is none.</summary>
    public async Task<(string? File, string? Error)> FetchAsync(PluginAssignment plugin, CancellationToken cancellationToken)
    {
        if (!IsHash(plugin.Hash) || !IsHash(plugin.Sha256) || plugin.Size is <= 0 or > MaximumBytes)
        {
            return (null, "The server's description of the package is not valid.");
        }

        var part = Path.Combine(directory, plugin.Sha256 + ".part");
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            stall.CancelAfter(StallTimeout);
            await using (var file = AtomicFile.Create(part, FileMode.OpenOrCreate))
            {
                if (file.Length > plugin.Size)
                {
                    file.SetLength(0);
                }

                if (file.Length < plugin.Size && await ReceiveAsync(plugin, file, stall) is { } error)
                {
                    return (null, error);
                }

                file.Position = 0;
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == plugin.Sha256)
                {
                    return (part, null);
                }
            }

            File.Delete(part);
            return (null, "The package that was received is not the one that was announced (SHA-256 differs).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "The download stalled.");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return (null, $"The download failed: {ProblemText.Of(error)}");
        }
    }

    async Task<string?> ReceiveAsync(PluginAssignment plugin, FileStream file, CancellationTokenSource stall)
    {
        using var response = await server.PackageAsync(plugin.Hash, file.Length, stall.Token);
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == file.Length)
        {
            file.Position = file.Length;
        }
        else if (response.StatusCode == HttpStatusCode.OK)
        {
            file.SetLength(0);
        }
        else
        {
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                file.SetLength(0);
            }

            return $"The download failed: {ProblemText.Of((int)response.StatusCode, [])}";
        }

        await using var content = await response.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await content.ReadAsync(buffer, stall.Token)) > 0)
        {
            if (file.Position + read > plugin.Size)
            {
                file.SetLength(0);
                return "The package that was received is larger than announced.";
            }

            await file.WriteAsync(buffer.AsMemory(0, read), stall.Token);
            stall.CancelAfter(StallTimeout);
        }

        return file.Length == plugin.Size ? null : "The download broke off.";
    }

    static bool IsHash(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
