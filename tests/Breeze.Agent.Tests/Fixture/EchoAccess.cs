using Breeze.Sdk;

namespace Breeze.Agent.Fixture;

/// <summary>Sends back what it gets; an empty message ends the session.</summary>
sealed class EchoAccess : IRemoteAccessProvider
{
    public string Kind => "fixture-echo";

    public async ValueTask<RemoteSessionEnd> ServeAsync(RemoteSessionRequest request, IRemoteChannel channel, CancellationToken cancellationToken)
    {
        await foreach (var message in channel.ReadAllAsync(cancellationToken))
        {
            if (message.IsEmpty)
            {
                return new RemoteSessionEnd("exited", $"Good-bye, {request.Technician}.");
            }

            await channel.SendAsync(message, cancellationToken);
        }

        return new RemoteSessionEnd("closed");
    }
}
