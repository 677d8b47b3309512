namespace Breeze.Sdk;

/// <summary>A language in which scripts run on a device.</summary>
public interface IScriptRuntime
{
    /// <summary>The name in a script's <c>runtime</c> field, unique on a host: <c>bash</c>, <c>python</c>, <c>powershell</c>, <c>cmd</c>.</summary>
    string Name { get; }

    /// <summary>Says whether scripts can run here, and with what. Called after the start and now and then; no side effects; within a second.</summary>
    ValueTask<ScriptRuntimeProbe> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Runs a script to its end. Called concurrently. Follows the rules of <see cref="ICommandHandler.ExecuteAsync"/>.</summary>
    ValueTask<CommandOutcome> ExecuteAsync(ScriptRequest request, ICommandOutput output, CancellationToken cancellationToken);
}
