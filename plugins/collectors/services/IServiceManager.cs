namespace Breeze.Collectors.Services;

/// <summary>The part of an operating system that looks after services.</summary>
interface IServiceManager
{
    string Name { get; }

    ValueTask<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Starts, stops or restarts a service whose name has been checked.</summary>
    /// <param name="verb"><c>start</c>, <c>stop</c> or <c>restart</c>.</param>
    ValueTask<Tool.Answer> ControlAsync(string verb, string service, TimeSpan limit, CancellationToken cancellationToken);
}
