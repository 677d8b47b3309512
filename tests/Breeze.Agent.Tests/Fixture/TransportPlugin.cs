using System.Runtime.CompilerServices;
using Breeze.Sdk;

namespace Breeze.Agent.Fixture;

/// <summary>Connects over what is there already: messages travel as candidates, in Base64.</summary>
public sealed class TransportPlugin : FixturePlugin
{
    public override void Register(IPluginBuilder builder)
    {
        base.Register(builder);
        builder.AddRemoteTransport(new CandidateTransport());
    }

    sealed class CandidateTransport : IRemoteTransport
    {
        public string Name => "fixture";

        public async ValueTask<IRemoteChannel?> ConnectAsync(RemoteTransportRequest request, CancellationToken cancellationToken)
        {
            if (request.Offer == "unreachable")
            {
                return null;
            }

            await request.Signaling.SendAnswerAsync($"to {request.Offer}", cancellationToken);
            return new CandidateChannel(request.Signaling);
        }
    }

    sealed class CandidateChannel(IRemoteSignaling signaling) : IRemoteChannel
    {
        public int MaxMessageSize => 64 << 10;

        public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
            signaling.SendCandidateAsync(new RemoteCandidate(Convert.ToBase64String(message.Span), null), cancellationToken);

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var candidate in signaling.ReadCandidatesAsync(cancellationToken))
            {
                yield return Convert.FromBase64String(candidate.Candidate ?? "");
            }
        }
    }
}
