using System.Diagnostics;
using System.Text.Json;

namespace Breeze.Bench;

/// <summary>A part of the benchmark in a process of its own. It prints one line of JSON when it is ready or done.</summary>
sealed class Part : IDisposable
{
    readonly Process _process;

    Part(Process process) => _process = process;

    public int Id => _process.Id;

    public static Part Start(params IEnumerable<string> arguments) => StartProgram(Environment.ProcessPath!, arguments);

    public static Part StartProgram(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        return new Part(Process.Start(start)!);
    }

    public async Task<JsonElement> ReadAsync() =>
        JsonElement.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A part of the benchmark ended early."));

    /// <summary>Begins what the part has prepared.</summary>
    public Task GoAsync() => SayAsync("go");

    public async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
