namespace Breeze.Collectors.Services;

/// <summary>The part of an operating system that looks after services.</summary>
interface IServiceManager
{
    string Name { get; }

    ValueTask<IReadOnlyList<ServiceInfo>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Starts, stops or restarts a service whose name has been checked.</summary>
    /// <param name="verb"><c>start</c>, <c>stop</c> or <c>restart</c>.</param>
    ValueTask<ControlAnswer> ControlAsync(string verb, string service, TimeSpan limit, CancellationToken cancellationToken);
}

/// <summary>What the tool that was to control a service answered; no exit code means that it was missing or too slow.</summary>
sealed record ControlAnswer(int? ExitCode, string Text, string Error)
{
    public static ControlAnswer Of(Tool.Answer answer) => new(answer.ExitCode, answer.Text, answer.Error);
}
