namespace Breeze.Agent.Tests.Support;

sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("breeze-agent-test-").FullName;

    public static implicit operator string(TemporaryDirectory directory) => directory.Path;

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
