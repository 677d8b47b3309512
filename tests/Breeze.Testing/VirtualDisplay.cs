using System.Diagnostics;
using System.Globalization;

namespace Breeze.Testing;

/// <summary>An X display without a screen, which is whole in all other respects. It needs Xvfb.</summary>
public sealed class VirtualDisplay : IDisposable
{
    const string Program = "/usr/bin/Xvfb";

    readonly Process _process;

    VirtualDisplay(Process process, int number) => (_process, Number) = (process, number);

    /// <summary>Of <c>:7</c>, seven.</summary>
    public int Number { get; }

    public string Name => string.Create(CultureInfo.InvariantCulture, $":{Number}");

    /// <param name="size">Such as <c>800x600</c>.</param>
    /// <param name="authority">A file with the keys that let somebody in; null lets everybody of this machine in.</param>
    /// <param name="cancellationToken">Gives up the wait for its start.</param>
    public static async Task<VirtualDisplay> StartAsync(string size = "800x600", string? authority = null, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(Program))
        {
            throw new InvalidOperationException($"These tests need {Program}: 'apt-get install xvfb', or your distribution's package.");
        }
        var start = new ProcessStartInfo(Program, ["-displayfd", "1", "-screen", "0", size + "x24", "-nolisten", "tcp", "-noreset", .. authority is null ? Array.Empty<string>() : ["-auth", authority]])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        // It says its number when it takes connections.
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return new(process, int.Parse(line ?? throw new InvalidOperationException("Xvfb did not start."), CultureInfo.InvariantCulture));
    }

    /// <summary>As when the machine's display server crashes.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }
        _process.Dispose();
    }
}
