namespace Breeze.Sdk;

/// <summary>Carries out one type of command on a device.</summary>
public interface ICommandHandler
{
    /// <summary>The command type, unique on a host; lower case, such as <c>reboot</c>. The type <c>script</c> belongs to the host.</summary>
    string Type { get; }

    /// <summary>
    /// Carries out the command. Called concurrently for different commands. Expected failures are values
    /// (<see cref="CommandOutcome.Failed"/>, <see cref="CommandOutcome.Rejected"/>); an exception is reported as a fault of the plugin.
    /// </summary>
    /// <param name="request">What to do.</param>
    /// <param name="output">Takes output while the command runs; people may be watching it.</param>
    /// <param name="cancellationToken">Cancelled at the command's time-out, on the user's cancel, and when the generation must end.</param>
    ValueTask<CommandOutcome> ExecuteAsync(CommandRequest request, ICommandOutput output, CancellationToken cancellationToken);
}
