using System.Diagnostics;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>A folder of a test's own.</summary>
sealed class FilesFolder : IDisposable
{
    public FilesFolder(string? below = null) =>
        Path = Directory.CreateDirectory(System.IO.Path.Join(below ?? System.IO.Path.GetTempPath(), $"breeze-files-{Guid.NewGuid():n}")).FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Join(Path, name);

    public string Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public byte[] Random(string name, int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        File.WriteAllBytes(this[name], content);
        return content;
    }

    /// <summary>For what .NET has no way to make.</summary>
    public async Task RunAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-ec", script]) { WorkingDirectory = Path })!;
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        bash.ExitCode.ShouldBe(0);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
