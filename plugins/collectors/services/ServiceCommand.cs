using System.Text;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Services;

/// <summary>
/// <c>service.start</c>, <c>service.stop</c>, <c>service.restart</c>: the payload names the service, <c>{ "name": "cron" }</c>. Standard output is
/// one JSON object that says how the service is afterwards.
/// </summary>
sealed class ServiceCommand(string verb) : ICommandHandler
{
    const int LongestName = 256;
    volatile IServiceManager? _manager;

    public string Type => $"service.{verb}";

    public void Start(IServiceManager manager) => _manager = manager;

    public void Stop() => _manager = null;

    public async ValueTask<CommandOutcome> ExecuteAsync(CommandRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (_manager is not { } manager)
            return CommandOutcome.Failed("The plugin is being replaced. Try again.");
        if (request.Payload.Text("name") is not { } name || !IsName(name))
            return CommandOutcome.Rejected("payload.name must be the name of a service.");
        if (await FindAsync(manager, name, cancellationToken).ConfigureAwait(false) is null)
            return CommandOutcome.Rejected($"This device has no service \"{name}\". Names are in its list of services.");
        var answer = await manager.ControlAsync(verb, name, request.Timeout, cancellationToken).ConfigureAwait(false);
        if (answer.Error.Length > 0)
            await output.WriteAsync(OutputStream.Stderr, Encoding.UTF8.GetBytes(Lines.Cut(answer.Error, 10_000)), cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (await FindAsync(manager, name, cancellationToken).ConfigureAwait(false) is { } after)
            await output.WriteAsync(OutputStream.Stdout, JsonSerializer.SerializeToUtf8Bytes(after, ServicesJson.Default.ServiceInfo), cancellationToken).ConfigureAwait(false);
        return answer.ExitCode switch
        {
            0 => CommandOutcome.Completed(),
            null => CommandOutcome.Failed($"{verb} of {name} did not end in time, or its tool is missing."),
            var code => CommandOutcome.Failed(Lines.Full(Lines.Cut(answer.Text, 2000)) ?? $"{verb} of {name} failed.", code),
        };
    }

    static async ValueTask<ServiceInfo?> FindAsync(IServiceManager manager, string name, CancellationToken cancellationToken) =>
        (await manager.ListAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(service => service.Name == name);

    /// <summary>Nothing that a tool could take for an option or a path.</summary>
    static bool IsName(string name) =>
        name.Length <= LongestName && name[0] is not ('-' or '.') && name.All(letter => !char.IsControl(letter) && letter is not ('/' or '\\' or '*' or '?' or '[' or '"' or '\''));
}
