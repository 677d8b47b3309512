using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Breeze.Agent.State;
using Breeze.Sdk;
using Microsoft.Win32;

namespace Breeze.Agent.Enrolment;

/// <summary>What tells this installation of an operating system from all others.</summary>
static class MachineId
{
    public static async Task<string> ReadAsync(StateDirectory state, IProcessRunner processes, CancellationToken cancellationToken)
    {
        var found = OperatingSystem.IsWindows() ? Windows()
            : OperatingSystem.IsMacOS() ? await MacAsync(processes, cancellationToken)
            : Linux();
        return found is { Length: > 0 } ? found : Own(state);
    }

    static string? Linux()
    {
        foreach (var file in (string[])["/etc/machine-id", "/var/lib/dbus/machine-id"])
        {
            try
            {
                var text = File.ReadAllText(file).Trim();
                if (text.Length == 32)
                {
                    return text;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The next place may have it.
            }
        }

        return null;
    }

    [SupportedOSPlatform("windows")]
    static string? Windows() =>
        Registry.GetValue(@"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Cryptography", "MachineGuid", null) as string;

    static async Task<string?> MacAsync(IProcessRunner processes, CancellationToken cancellationToken)
    {
        var output = new TextOutput();
        await processes.RunAsync(
            new ProcessSpec("/usr/sbin/ioreg", ["-rd1", "-c", "IOPlatformExpertDevice"], TimeSpan.FromSeconds(10)), output, cancellationToken);
        var text = output.ToString();
        var at = text.IndexOf("IOPlatformUUID", StringComparison.Ordinal);
        return at < 0 ? null : text[at..].Split('"') is [_, _, var id, ..] ? id : null;
    }

    /// <summary>A machine without an id, such as a bare container, gets one that lives as long as the state directory.</summary>
    static string Own(StateDirectory state)
    {
        var file = Path.Combine(state.Root, "machine-id");
        if (File.Exists(file))
        {
            return File.ReadAllText(file).Trim();
        }

        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        AtomicFile.Write(file, Encoding.ASCII.GetBytes(id));
        return id;
    }

    sealed class TextOutput : ICommandOutput
    {
        readonly StringBuilder _text = new();

        public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
        {
            lock (_text)
            {
                _text.Append(Encoding.UTF8.GetString(utf8.Span));
            }

            return ValueTask.CompletedTask;
        }

        public override string ToString() => _text.ToString();
    }
}
