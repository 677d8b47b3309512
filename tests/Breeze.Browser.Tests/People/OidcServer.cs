using System.Diagnostics;
using Breeze.Testing;

namespace Breeze.Browser.Tests.People;

/// <summary>A real OpenID Connect provider as a process of its own.</summary>
sealed class OidcServer : IAsyncDisposable
{
    readonly Process _process;

    OidcServer(Process process, string issuer) => (_process, Issuer) = (process, issuer);

    public string Issuer { get; }

    public static async Task<OidcServer> StartAsync(string redirectUri, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo("node", ["server.mjs", redirectUri])
        {
            WorkingDirectory = Path.Combine(RepositoryPaths.Root, "tests", "Oidc"), RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null)
            {
                ready.TrySetException(new InvalidOperationException("The OpenID Connect provider did not start."));
            }
            else if (e.Data.StartsWith("ready ", StringComparison.Ordinal))
            {
                ready.TrySetResult(e.Data["ready ".Length..]);
            }
        };
        process.BeginOutputReadLine();
        return new OidcServer(process, await ready.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        // It ends with its input, as it would if these tests died.
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
