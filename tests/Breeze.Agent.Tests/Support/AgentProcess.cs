using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Breeze.Agent.Tests.Support;

/// <summary>A real agent, that can be killed.</summary>
sealed partial class AgentProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Observed _events = new();
    readonly List<string> _lines = [];

    AgentProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public string Log => _events.Read(() => string.Join('\n', _lines));

    public static AgentProcess Start(params IEnumerable<string> arguments) => Start(null, arguments);

    static AgentProcess Start(PrivateRuntime? runtime, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Build.Agent, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        if (runtime is not null)
        {
            start.Environment["DOTNET_ROOT"] = runtime.Path;
            // Measured is what is delivered, and not what makes tests quick.
            start.Environment.Remove("DOTNET_TieredCompilation");
        }

        var agent = new AgentProcess(new Process { StartInfo = start });
        agent._process.OutputDataReceived += (_, line) => agent.Take(line.Data);
        agent._process.ErrorDataReceived += (_, line) => agent.Take(line.Data);
        agent._process.Start();
        agent._process.BeginErrorReadLine();
        agent._process.BeginOutputReadLine();
        return agent;
    }

    public static AgentProcess Run(TestServer server, string state, PrivateRuntime? runtime = null) => Start(
        runtime, ["run", "--state", state, "--server", server.Address.AbsoluteUri, "--key", TestServer.Key, "--log-level", "Debug"]);

    public Task SaysAsync(string text, int seconds = 60) =>
        _events.WhenAsync($"'{text}' in the log", () => _lines.Exists(line => line.Contains(text, StringComparison.Ordinal)), seconds);

    /// <summary>As a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Terminate() => Send(_process.Id, 15).ShouldBe(0);

    public async Task<int> ExitAsync(int seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        // Shown with a test that fails.
        TestContext.Current.TestOutputHelper?.WriteLine(Log);

        _process.Dispose();
    }

    void Take(string? line)
    {
        if (line is not null)
        {
            _events.Change(() => _lines.Add(line));
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int processId, int signal);
}
