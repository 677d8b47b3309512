using System.Runtime.InteropServices;

namespace Breeze.Agent.Tests.Support;

/// <summary>
/// A copy of the .NET runtime that nobody else uses, as the agent has it on a customer's machine: what it shares with other processes is not counted as
/// theirs, and cannot be given back by one of them alone.
/// </summary>
sealed class PrivateRuntime : IDisposable
{
    readonly TemporaryDirectory _copy = new();

    public PrivateRuntime()
    {
        // …/shared/Microsoft.NETCore.App/10.0.x/
        var framework = RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/');
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(framework, "..", "..", ".."));
        Copy(System.IO.Path.Combine(root, "host"), System.IO.Path.Combine(_copy, "host"));
        Copy(framework, System.IO.Path.Combine(_copy, "shared", "Microsoft.NETCore.App", System.IO.Path.GetFileName(framework)));
    }

    public string Path => _copy;

    public void Dispose() => _copy.Dispose();

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
