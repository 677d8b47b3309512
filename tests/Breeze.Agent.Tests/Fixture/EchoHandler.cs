using System.Text;
using Breeze.Sdk;

namespace Breeze.Agent.Fixture;

sealed class EchoHandler : ICommandHandler
{
    public string Type => "fixture.echo";

    public async ValueTask<CommandOutcome> ExecuteAsync(CommandRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(OutputStream.Stdout, Encoding.UTF8.GetBytes(request.Payload.GetRawText()), cancellationToken);
        return CommandOutcome.Completed(7);
    }
}
