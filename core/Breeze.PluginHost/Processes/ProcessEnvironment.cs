using System.Collections;
using Breeze.Sdk;

namespace Breeze.PluginHost.Processes;

/// <summary>The environment of children: the host's own without what may be a secret, and what the request adds.</summary>
static class ProcessEnvironment
{
    /// <summary>Marks every descendant of one run, so that those that left their session and parent are found as well.</summary>
    public const string RunMarker = "BREEZE_RUN";

    static readonly string[] SecretWords =
    [
        "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "KEY", "JWT", "AUTH", "CONNECTIONSTRING", "CONNECTION_STRING",
        "DATABASE_URL", "REDIS_URL", "MINIO_", "BREEZE_",
    ];

    public static Dictionary<string, string> For(ProcessSpec spec)
    {
        var result = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string value } && !IsSecret(name, value))
                result[name] = value;
        }
        foreach (var (name, value) in spec.Environment)
            result[name] = value;
        result[RunMarker] = Guid.NewGuid().ToString("N");
        return result;
    }

    public static bool IsSecret(string name, string value) =>
        Array.Exists(SecretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase)) || HasCredentials(value);

    /// <summary>Whether the value is a URL with a password, as <c>scheme://user:password@host</c>, whatever its name.</summary>
    static bool HasCredentials(string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 1)
            return false;
        var authority = value.AsSpan(scheme + 3);
        if (authority.IndexOf('/') is var end and >= 0)
            authority = authority[..end];
        var at = authority.LastIndexOf('@');
        return at > 0 && authority[..at].Contains(':');
    }
}
