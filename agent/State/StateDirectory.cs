using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Breeze.Agent.State;

/// <summary>The one directory that holds everything an agent keeps; nobody else may read it.</summary>
sealed class StateDirectory(string path)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Root { get; } = Path.GetFullPath(path);

    public string IdentityFile => Path.Combine(Root, "agent.json");

    public string ConfigFile => Path.Combine(Root, "config.json");

    public string StatusFile => Path.Combine(Root, "status.json");

    public string AuthorityFile => Path.Combine(Root, "ca.pem");

    public string InventoryFile => Path.Combine(Root, "inventory.json");

    public string Metrics => Path.Combine(Root, "metrics");

    public string Commands => Path.Combine(Root, "commands");

    public string Packages => Path.Combine(Root, "packages");

    public string Downloads => Path.Combine(Root, "downloads");

    public string PluginData => Path.Combine(Root, "plugins");

    public string Scratch => Path.Combine(Root, "scratch");

    string LockFile => Path.Combine(Root, "lock");

    public static string DefaultPath()
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Breeze", "Agent");
        }

        if (Environment.IsPrivilegedProcess)
        {
            return "/var/lib/breeze-agent";
        }

        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return Path.IsPathRooted(state)
            ? Path.Combine(state, "breeze-agent")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state", "breeze-agent");
    }

    /// <summary>Creates the directories, or tightens the rights of those that are there.</summary>
    public void Create()
    {
        foreach (var directory in (string[])[Root, Metrics, Commands, Packages, Downloads, PluginData, Scratch])
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
                continue;
            }

            Directory.CreateDirectory(directory, OwnerOnly);
            if (File.GetUnixFileMode(directory) != OwnerOnly)
            {
                File.SetUnixFileMode(directory, OwnerOnly);
            }
        }
    }

    /// <summary>Takes the directory for this process; <see langword="null"/> when another agent has it.</summary>
    public FileStream? TryLock()
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(LockFile, options);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }

    /// <summary>Whether an agent has the directory at this moment.</summary>
    public bool IsLocked()
    {
        if (!File.Exists(LockFile))
        {
            return false;
        }

        using var held = TryLock();
        return held is null;
    }

    /// <summary>Reads a document; a missing or damaged one is <see langword="null"/>, and <paramref name="damage"/> tells which.</summary>
    public static T? Read<T>(string file, JsonTypeInfo<T> type, out string? damage)
        where T : class
    {
        damage = null;
        try
        {
            var content = JsonSerializer.Deserialize(File.ReadAllBytes(file), type);
            damage = content is null ? "it holds no object" : null;
            return content;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            damage = error.Message;
            return null;
        }
    }

    public static void Write<T>(string file, T content, JsonTypeInfo<T> type, bool durable = true) =>
        AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(content, type), durable);
}
