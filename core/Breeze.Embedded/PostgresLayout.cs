using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;

namespace Breeze.Embedded;

/// <summary>
/// The directories of an embedded PostgreSQL and the account it runs under. PostgreSQL refuses to run as root, so for root it runs under
/// an unprivileged account, which must be able to reach binaries and data.
/// </summary>
sealed record PostgresLayout(string RootDirectory, string DataDirectory, string BinariesDirectory, string? Account)
{
    public string Executable(string name) =>
        Path.Combine(BinariesDirectory, "bin", OperatingSystem.IsWindows() ? name + ".exe" : name);

    public static PostgresLayout Prepare(EmbeddedPostgresOptions options)
    {
        if (!Directory.Exists(Path.Combine(options.BinariesDirectory, "bin")))
        {
            throw new EmbeddedServerException(
                $"The embedded PostgreSQL is not in {options.BinariesDirectory}. Build again with npm present, or set DATABASE_URL to a server of your own.");
        }
        var root = Directory.CreateDirectory(options.DataDirectory).FullName;
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            CreateLinks(options.BinariesDirectory);
            return new(root, Path.Combine(root, "data"), options.BinariesDirectory, null);
        }

        var account = UnprivilegedAccount();
        MakeTraversable(root);
        var binaries = CopyBinaries(options.BinariesDirectory, root);
        var data = Path.Combine(root, "data");
        if (!Directory.Exists(data))
        {
            Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            ChangeOwner(data, account);
        }
        return new(root, data, binaries, account);
    }

    static string UnprivilegedAccount()
    {
        var accounts = File.ReadLines("/etc/passwd").Select(l => l.Split(':')[0]).ToHashSet();
        return accounts.Contains("postgres") ? "postgres"
            : accounts.Contains("nobody") ? "nobody"
            : throw new EmbeddedServerException("PostgreSQL does not run as root and there is no account 'postgres' or 'nobody' to run it under. Start Breeze as an ordinary user.");
    }

    /// <summary>
    /// Opens for passing through, not for reading, what belongs to this install: its own directories, and throw-away ones below the system's
    /// temporary directory. Any other closed directory is somebody's decision, so it is named and left alone.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    static void MakeTraversable(string root)
    {
        var temporary = Path.TrimEndingDirectorySeparator(Path.GetTempPath()) + Path.DirectorySeparatorChar;
        for (var directory = new DirectoryInfo(root); directory is not null; directory = directory.Parent)
        {
            if ((directory.UnixFileMode & UnixFileMode.OtherExecute) != 0)
            {
                continue;
            }
            var ours = directory.FullName == root || directory.FullName == Path.GetDirectoryName(root)
                || directory.FullName.StartsWith(temporary, StringComparison.Ordinal);
            if (!ours)
            {
                throw new EmbeddedServerException(
                    $"As root, PostgreSQL runs under an unprivileged account, which cannot pass through {directory.FullName}. "
                    + "Set BREEZE_DATA to a directory such as /var/lib/breeze, or start Breeze as an ordinary user.");
            }
            directory.UnixFileMode |= UnixFileMode.OtherExecute;
        }
    }

    [UnsupportedOSPlatform("windows")]
    static string CopyBinaries(string source, string root)
    {
        var stamp = new FileInfo(Path.Combine(source, "bin", "postgres"));
        var target = Path.Combine(root, $"pgsql-{stamp.Length}-{stamp.LastWriteTimeUtc:yyyyMMddHHmmss}");
        if (Directory.Exists(target))
        {
            return target;
        }
        foreach (var old in Directory.EnumerateDirectories(root, "pgsql-*"))
        {
            Directory.Delete(old, recursive: true);
        }
        var staging = Path.Combine(root, $"staging-{Guid.NewGuid():n}");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            if (new FileInfo(file).LinkTarget is not null)
            {
                continue;
            }
            var destination = Path.Combine(staging, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
            File.Copy(file, destination);
        }
        var read = UnixFileMode.OtherRead | UnixFileMode.GroupRead | UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var execute = UnixFileMode.OtherExecute | UnixFileMode.GroupExecute | UnixFileMode.UserExecute;
        foreach (var directory in Directory.EnumerateDirectories(staging, "*", SearchOption.AllDirectories).Append(staging))
        {
            File.SetUnixFileMode(directory, read | execute);
        }
        foreach (var file in Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories))
        {
            var isProgram = Path.GetFileName(Path.GetDirectoryName(file)) == "bin" || file.Contains(".so", StringComparison.Ordinal);
            File.SetUnixFileMode(file, isProgram ? read | execute : read);
        }
        CreateLinks(staging);
        Directory.Move(staging, target);
        return target;
    }

    /// <summary>npm packages hold no symbolic links; the package lists the ones its libraries need.</summary>
    static void CreateLinks(string native)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (OperatingSystem.IsWindows() || !File.Exists(list))
        {
            return;
        }
        using var document = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in document.RootElement.EnumerateArray())
        {
            var source = Strip(link.GetProperty("source").GetString()!);
            var target = Path.Combine(native, Strip(link.GetProperty("target").GetString()!));
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, Path.GetFileName(source));
            }
        }
        foreach (var program in Directory.EnumerateFiles(Path.Combine(native, "bin")))
        {
            File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        }

        static string Strip(string path) => path.StartsWith("native/", StringComparison.Ordinal) ? path["native/".Length..] : path;
    }

    static void ChangeOwner(string path, string account)
    {
        using var chown = Process.Start(new ProcessStartInfo("chown") { ArgumentList = { account, path } })
            ?? throw new EmbeddedServerException("The program 'chown' is missing; install coreutils.");
        chown.WaitForExit();
        if (chown.ExitCode != 0)
        {
            throw new EmbeddedServerException($"Could not give {path} to the account '{account}'.");
        }
    }
}
