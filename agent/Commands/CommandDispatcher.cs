using System.Text.Json;
using Breeze.Agent.Remote;
using Breeze.PluginHost;
using Breeze.Protocol;
using Breeze.Sdk;

namespace Breeze.Agent.Commands;

/// <summary>Finds who carries out a command.</summary>
sealed class CommandDispatcher(IPluginHost plugins, RemoteSessions remote)
{
    public const string ScriptType = "script";
    public const string ReloadType = "plugin.reload";

    /// <summary>The command types that belong to the agent itself, as the plugin host names them.</summary>
    public static IReadOnlySet<string> ReservedNames { get; } = new HashSet<string> { $"command:{ScriptType}", $"command:{ReloadType}", $"command:{RemoteConnect.CommandType}" };

    public static TimeSpan TimeoutOf(AgentCommand command) => TimeSpan.FromSeconds(Math.Clamp(command.TimeoutSeconds, 1, 7 * 86_400));

    public PreparedCommand Prepare(AgentCommand command) => command.Type switch
    {
        ScriptType => PrepareScript(command),
        ReloadType => PrepareReload(command),
        RemoteConnect.CommandType => PrepareRemote(command),
        _ => PrepareOther(command),
    };

    PreparedCommand PrepareScript(AgentCommand command)
    {
        if (ScriptPayload.Parse(command.Payload, out var error) is not { } payload)
        {
            return PreparedCommand.Refused(error!);
        }

        if (plugins.Extensions.Acquire<IScriptRuntime>(payload.Runtime) is not { } lease)
        {
            return PreparedCommand.Refused(
                $"No script runtime '{payload.Runtime}' is on this device. {Choice(plugins.Extensions.List<IScriptRuntime>())}");
        }

        var request = new ScriptRequest(command.Id, payload.Content, TimeoutOf(command)) { Parameters = payload.Parameters };
        return new PreparedCommand
        {
            Run = (output, cancellationToken) => lease.Value.ExecuteAsync(request, output, cancellationToken),
            Stopping = lease.Stopping,
            // A runtime ends its process tree at the time-out itself.
            Grace = TimeSpan.FromSeconds(5),
            Lease = lease,
        };
    }

    PreparedCommand PrepareOther(AgentCommand command)
    {
        if (plugins.Extensions.Acquire<ICommandHandler>(command.Type) is not { } lease)
        {
            return PreparedCommand.Refused(
                $"Nothing on this device handles commands of type '{command.Type}'. {Choice(plugins.Extensions.List<ICommandHandler>())}");
        }

        var request = new CommandRequest(command.Id, command.Type, command.Payload, TimeoutOf(command));
        return new PreparedCommand
        {
            Run = (output, cancellationToken) => lease.Value.ExecuteAsync(request, output, cancellationToken),
            Stopping = lease.Stopping,
            Lease = lease,
        };
    }

    PreparedCommand PrepareReload(AgentCommand command)
    {
        if (command.Payload.ValueKind != JsonValueKind.Object
            || !command.Payload.TryGetProperty("id", out var given) || given.ValueKind != JsonValueKind.String)
        {
            return PreparedCommand.Refused("The payload needs 'id', the plugin to reload.");
        }

        var id = given.GetString()!;
        if (plugins.Plugins.All(plugin => plugin.Id != id))
        {
            return PreparedCommand.Refused($"The plugin '{id}' is not on this device.");
        }

        return new PreparedCommand
        {
            Run = async (_, cancellationToken) =>
            {
                var result = await plugins.ReloadAsync(id, null, cancellationToken);
                return result.IsSuccess ? CommandOutcome.Completed() : CommandOutcome.Failed(result.Error.Message);
            },
        };
    }

    PreparedCommand PrepareRemote(AgentCommand command) =>
        command.Payload.ValueKind == JsonValueKind.Object
        && command.Payload.TryGetProperty("session_id", out var given) && given.ValueKind == JsonValueKind.String && given.TryGetGuid(out var id) && id != Guid.Empty
            ? new PreparedCommand { Run = (_, cancellationToken) => remote.JoinAsync(id, cancellationToken) }
            : PreparedCommand.Refused("The payload needs 'session_id', the remote session to join.");

    static string Choice(IReadOnlyList<ExtensionInfo> known) => known.Count == 0
        ? "There are none at present."
        : $"There are: {string.Join(", ", known.Select(extension => extension.Name).Order(StringComparer.Ordinal))}.";
}
