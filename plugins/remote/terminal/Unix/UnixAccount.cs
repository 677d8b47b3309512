using System.Collections;
using System.Globalization;

namespace Breeze.Remote.Terminal.Unix;

/// <summary>Who the shell runs as, and with what environment.</summary>
sealed record UnixAccount(string Name, string Home, string? Shell, bool IsRoot)
{
    public static UnixAccount Current()
    {
        var id = UnixCalls.EffectiveUser();
        var text = id.ToString(CultureInfo.InvariantCulture);
        var entry = Lines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length >= 7 && fields[2] == text);
        // Accounts of a directory service are in no file.
        return entry is null
            ? new(Environment.UserName, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), null, id == 0)
            : new(entry[0], entry[5], entry[6], id == 0);
    }

    /// <summary>Nothing of the agent's own but the language: its environment may hold secrets.</summary>
    public Dictionary<string, string> EnvironmentFor(string shell)
    {
        var result = new Dictionary<string, string>
        {
            ["TERM"] = "xterm-256color",
            ["COLORTERM"] = "truecolor",
            ["HOME"] = Home,
            ["USER"] = Name,
            ["LOGNAME"] = Name,
            ["SHELL"] = shell,
            ["PATH"] = IsRoot ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" : "/usr/local/bin:/usr/bin:/bin",
        };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string name, Value: string value } && (name is "LANG" or "LANGUAGE" or "TZ" || name.StartsWith("LC_", StringComparison.Ordinal)))
                result[name] = value;
        }
        result.TryAdd("LANG", OperatingSystem.IsMacOS() ? "en_US.UTF-8" : "C.UTF-8");
        return result;
    }

    internal static IEnumerable<string> Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
