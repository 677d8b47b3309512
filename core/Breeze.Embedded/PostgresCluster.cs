using System.Diagnostics;

namespace Breeze.Embedded;

/// <summary>Makes a database cluster and checks that this version can open it.</summary>
static class PostgresCluster
{
    public static async Task InitializeAsync(PostgresLayout layout, string superuser, string password, CancellationToken cancellationToken)
    {
        // initdb reads the password from a file that its account can read; it lives for a second.
        var passwordFile = Path.Combine(layout.DataDirectory + $"-{Guid.NewGuid():n}.pw");
        var start = new ProcessStartInfo(layout.Executable("initdb"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            ArgumentList =
            {
                "--pgdata", layout.DataDirectory, "--username", superuser, "--auth", "scram-sha-256", "--pwfile", passwordFile,
                "--encoding", "UTF8", "--locale", "C", "--no-instructions",
            },
        };
        PostgresProcess.UseAccount(start, layout);
        PrivateFile.Write(passwordFile, password);
        try
        {
            if (layout.Account is not null)
            {
                using var chown = Process.Start(new ProcessStartInfo("chown") { ArgumentList = { layout.Account, passwordFile } })!;
                await chown.WaitForExitAsync(cancellationToken);
            }
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await output;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new EmbeddedServerException(error.Contains("No space left", StringComparison.Ordinal)
                    ? $"The disk of {layout.RootDirectory} is full. Free some space, or set BREEZE_DATA to another disk."
                    : $"The database could not be created in {layout.DataDirectory}: {LastLine(error)}");
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    public static void CheckVersion(PostgresLayout layout)
    {
        var data = File.ReadAllText(Path.Combine(layout.DataDirectory, "PG_VERSION")).Trim();
        var start = new ProcessStartInfo(layout.Executable("postgres")) { RedirectStandardOutput = true, ArgumentList = { "--version" } };
        using var process = Process.Start(start)!;
        var version = process.StandardOutput.ReadToEnd().Trim().Split(' ')[^1];
        process.WaitForExit();
        if (version.Split('.')[0] != data)
        {
            throw new EmbeddedServerException(
                $"The data in {layout.DataDirectory} is of PostgreSQL {data} and this build brings {version}. Start the version of Breeze that wrote it, export, and import here.");
        }
    }

    static string LastLine(string text) => text.Trim().Split('\n')[^1];
}
