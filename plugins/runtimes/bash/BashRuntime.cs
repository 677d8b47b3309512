using Breeze.Sdk;

namespace Breeze.Runtimes.Bash;

/// <summary>Runs Bash scripts.</summary>
sealed class BashRuntime : IScriptRuntime
{
    static readonly Dictionary<string, string> Environment = [];
    IProcessRunner? _processes;
    BashOptions _options = new(Executable: null);

    public string Name => "bash";

    public void Start(IProcessRunner processes, BashOptions options) => (_processes, _options) = (processes, options);

    public async ValueTask<ScriptRuntimeProbe> ProbeAsync(CancellationToken cancellationToken)
    {
        if (_processes is null || BashLocator.Find(_processes, _options) is not { } bash)
            return new ScriptRuntimeProbe(false, null, BashLocator.WhatToDo(_options));
        return await VersionProbe.AskAsync(_processes, bash, VersionProbe.ProbeLimit, cancellationToken).ConfigureAwait(false) is { } version
            ? new ScriptRuntimeProbe(true, version)
            : new ScriptRuntimeProbe(false, null, $"'{bash.Executable} --version' gave no answer: see that it runs on the device.");
    }

    public ValueTask<CommandOutcome> ExecuteAsync(ScriptRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (_processes is null || BashLocator.Find(_processes, _options) is not { } bash)
            return ValueTask.FromResult(CommandOutcome.Failed(BashLocator.WhatToDo(_options)));
        // Editors on Windows end lines in CR LF, and bash takes the CR for a part of the last word.
        var content = request.Content.Replace("\r\n", "\n", StringComparison.Ordinal);
        return ScriptRun.ExecuteAsync(_processes, bash, new ScriptFile("script.sh", content, Environment), request, output, cancellationToken);
    }
}
