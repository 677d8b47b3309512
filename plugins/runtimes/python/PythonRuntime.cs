using Breeze.Sdk;

namespace Breeze.Runtimes.Python;

/// <summary>Runs Python 3 scripts.</summary>
sealed class PythonRuntime : IScriptRuntime
{
    static readonly Dictionary<string, string> Environment = new()
    {
        // Without the first, print() fails on a device whose locale is not UTF-8; without the second, nobody sees output as it is made.
        ["PYTHONIOENCODING"] = "utf-8",
        ["PYTHONUNBUFFERED"] = "1",
        ["PYTHONDONTWRITEBYTECODE"] = "1",
    };

    IProcessRunner? _processes;
    PythonOptions _options = new(Executable: null);
    volatile Found? _found;

    public string Name => "python";

    public void Start(IProcessRunner processes, PythonOptions options) => (_processes, _options) = (processes, options);

    public async ValueTask<ScriptRuntimeProbe> ProbeAsync(CancellationToken cancellationToken)
    {
        _found = await FindAsync(VersionProbe.ProbeLimit, cancellationToken).ConfigureAwait(false);
        return _found is { } found
            ? new ScriptRuntimeProbe(true, found.Version)
            : new ScriptRuntimeProbe(false, null, PythonLocator.WhatToDo(_options));
    }

    public async ValueTask<CommandOutcome> ExecuteAsync(ScriptRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        // What the last probe found is good until it is uninstalled; then it is looked for again.
        if (_found is not { } found || !File.Exists(found.Interpreter.Executable))
            _found = found = await FindAsync(VersionProbe.ScriptLimit, cancellationToken).ConfigureAwait(false);
        if (_processes is null || found is null)
            return CommandOutcome.Failed(PythonLocator.WhatToDo(_options));
        var file = new ScriptFile("script.py", request.Content, Environment);
        return await ScriptRun.ExecuteAsync(_processes, found.Interpreter, file, request, output, cancellationToken).ConfigureAwait(false);
    }

    async ValueTask<Found?> FindAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_processes is null)
            return null;
        foreach (var candidate in PythonLocator.Candidates(_processes, _options, OperatingSystem.IsWindows()))
        {
            var version = await VersionProbe.AskAsync(_processes, candidate, limit, cancellationToken).ConfigureAwait(false);
            if (version?.StartsWith("3.", StringComparison.Ordinal) == true)
                return new Found(candidate, version);
        }
        return null;
    }

    sealed record Found(Interpreter Interpreter, string Version);
}
