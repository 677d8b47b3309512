using Breeze.Sdk;

namespace Breeze.Fixture;

/// <summary>Runs until it is cancelled when the payload says so, else ends at once.</summary>
sealed class FixtureCommand : ICommandHandler
{
    public string Type => "fixture";

    public async ValueTask<CommandOutcome> ExecuteAsync(CommandRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (request.Payload.TryGetProperty("wait", out _))
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return CommandOutcome.Completed();
    }
}
