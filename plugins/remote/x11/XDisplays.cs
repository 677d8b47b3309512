using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Breeze.X11;

/// <summary>
/// Finds the display of whoever is signed in: what it is, their processes carry in their environment. Everything there is another user's, so a key's file counts only when it belongs to the
/// user whose process names it, or to root.
/// </summary>
sealed partial class XDisplays(string proc = "/proc", string seat = "/run/systemd/seats/seat0")
{
    const int LargestEnvironment = 256 << 10;

    /// <summary>Throws an <see cref="XException"/> with words when there is none.</summary>
    /// <param name="display">What the settings name; null or empty for none.</param>
    /// <param name="authority">The file with its key that the settings name.</param>
    /// <param name="own">The agent's own environment.</param>
    public XDisplay Find(string? display, string? authority, Func<string, string?> own)
    {
        if (NumberOf(display) is { } set)
            return new(set, authority ?? own("XAUTHORITY") ?? InHome(own("HOME")), null);
        if (own("WAYLAND_DISPLAY") is null && NumberOf(own("DISPLAY")) is { } given)
            return new(given, own("XAUTHORITY") ?? InHome(own("HOME")), null);
        var processes = Processes();
        var wayland = processes.Where(p => p.IsWayland).Select(p => p.User).ToHashSet();
        var active = ActiveUser();
        var found = processes.Where(p => p.Display is not null && !wayland.Contains(p.User)).OrderBy(p => p.User == active ? 0 : p.User != 0 ? 1 : 2).ThenBy(p => p.Display)
            .ThenBy(p => p.Authority is null).FirstOrDefault();
        if (found is { Display: { } number })
            return new(number, found.Authority, found.User);
        throw new XException(wayland.Count > 0
            ? "Whoever is signed in at this device uses Wayland, which shows its screen to no other program. Choose an X11 session at the sign-in screen, often “on Xorg”."
            : "Nobody is signed in at a screen of this device: no X display was found. When there is one, name it in the plugin's settings.");
    }

    /// <summary>Of <c>:0</c> or <c>:0.0</c>; a display of another machine is none of ours.</summary>
    internal static int? NumberOf(string? display) =>
        display is not null && Name().Match(display) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    static string? InHome(string? home) => home is null ? null : Path.Join(home, ".Xauthority");

    List<Process> Processes()
    {
        var found = new List<Process>();
        foreach (var directory in Directory.EnumerateDirectories(proc))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                continue;
            try
            {
                if (Read(directory) is { } process)
                    found.Add(process);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is hidden from us.
                continue;
            }
        }
        return found;
    }

    static Process? Read(string directory)
    {
        using var file = File.OpenRead(Path.Join(directory, "environ"));
        var bytes = new byte[LargestEnvironment];
        var environment = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).Split('\0');
        string? Value(string name) => Array.Find(environment, v => v.StartsWith(name, StringComparison.Ordinal))?[name.Length..] is { Length: > 0 } value ? value : null;
        var isWayland = Value("WAYLAND_DISPLAY=") is not null || Value("XDG_SESSION_TYPE=") == "wayland";
        var display = NumberOf(Value("DISPLAY="));
        if (display is null && !isWayland)
            return null;
        // Lines of status: "Uid:", and then the real one first.
        var line = File.ReadLines(Path.Join(directory, "status")).FirstOrDefault(l => l.StartsWith("Uid:", StringComparison.Ordinal));
        if (line?.Split('\t', 3) is not [_, var id, ..] || !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var user))
            return null;
        var authority = Value("XAUTHORITY=") ?? InHome(Value("HOME="));
        return new(user, display, authority is not null && FileOwner.Of(authority) is { } owner && (owner == user || owner == 0) ? authority : null, isWayland);
    }

    int? ActiveUser()
    {
        try
        {
            var line = File.ReadLines(seat).FirstOrDefault(l => l.StartsWith("ACTIVE_UID=", StringComparison.Ordinal));
            return int.TryParse(line?["ACTIVE_UID=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var user) ? user : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^:(\d{1,5})(\.\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    sealed record Process(int User, int? Display, string? Authority, bool IsWayland);
}
