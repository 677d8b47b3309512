using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.PluginHost;

/// <summary>Brings a generation to the point where it could take over: code loaded, registered, started, healthy.</summary>
sealed class PluginLauncher(PluginHostOptions options, ILogger logger)
{
    /// <returns>Why it cannot take over; and what still runs in it although it should have ended.</returns>
    public async Task<(PluginError? Error, Task? Abandoned)> LaunchAsync(Generation generation, CancellationToken cancellationToken)
    {
        var (error, abandoned) = await RegisterAsync(generation, cancellationToken);
        if (error is null)
        {
            (error, abandoned) = await StartAsync(generation, cancellationToken);
        }

        if (error is null && generation.PrivateSdk is { } name)
        {
            error = new PluginError(
                PluginErrorCodes.SdkIncompatible,
                $"The plugin brought its own copy of {name}, built for a newer host. Reference it with Private=false and ExcludeAssets=runtime.");
        }

        return error is null ? await CheckHealthAsync(generation, cancellationToken) : (error, abandoned);
    }

    async Task<(PluginError?, Task?)> RegisterAsync(Generation generation, CancellationToken cancellationToken)
    {
        PluginError? error = null;
        var outcome = await CallAsync(
            _ =>
            {
                error = generation.LoadCode() ?? Register(generation);
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        return outcome.IsCompleted
            ? (error, null)
            : Failure(
                generation,
                outcome,
                generation.Plugin is null ? PluginErrorCodes.LoadFailed : PluginErrorCodes.RegisterFailed,
                generation.Plugin is null ? "could not be loaded" : "failed in Register");
    }

    PluginError? Register(Generation generation)
    {
        var builder = new RecordingBuilder(generation.Identity.Id, options.Kind, options.ReservedNames);
        try
        {
            generation.Plugin!.Register(builder);
        }
        catch (InvalidOperationException) when (builder.Error is not null)
        {
            // The builder's own refusal; it is reported below.
        }

        generation.Registrations = builder.Seal();
        return builder.Error;
    }

    async Task<(PluginError?, Task?)> StartAsync(Generation generation, CancellationToken cancellationToken)
    {
        var outcome = await CallAsync(token => generation.Plugin!.StartAsync(new PluginContext(generation, options), token), cancellationToken);
        return outcome.IsCompleted ? (null, null) : Failure(generation, outcome, PluginErrorCodes.StartFailed, "did not start");
    }

    async Task<(PluginError?, Task?)> CheckHealthAsync(Generation generation, CancellationToken cancellationToken)
    {
        PluginHealth? health = PluginHealth.Healthy;
        var outcome = await CallAsync(
            async token =>
            {
                if (generation.Plugin is IPluginHealthCheck check)
                {
                    health = await check.CheckHealthAsync(token);
                }
            },
            cancellationToken);
        return !outcome.IsCompleted ? Failure(generation, outcome, PluginErrorCodes.Unhealthy, "could not say whether it is healthy")
            : health is { IsHealthy: true } ? (null, null)
            : (new PluginError(PluginErrorCodes.Unhealthy, $"{Name(generation)} is not healthy: {health?.Message ?? "it gave no reason."}"), null);
    }

    Task<PluginCallOutcome> CallAsync(Func<CancellationToken, ValueTask> call, CancellationToken cancellationToken) =>
        PluginCall.RunAsync(call, options.StartDeadline, options.CancellationGrace, options.Time, cancellationToken);

    (PluginError?, Task?) Failure(Generation generation, PluginCallOutcome outcome, string code, string what)
    {
        if (outcome.Error is { } thrown)
        {
            HostLog.PluginThrew(logger, generation.Identity.Id, generation.Identity.Generation, what, outcome.Details!);
            return (new PluginError(code, $"{Name(generation)} {what}: {thrown}"), null);
        }

        var timeoutCode = code == PluginErrorCodes.StartFailed ? PluginErrorCodes.StartTimeout : code;
        return (
            new PluginError(timeoutCode, $"{Name(generation)} {what} within {options.StartDeadline.TotalSeconds:0.#} s."),
            outcome.Abandoned);
    }

    static string Name(Generation generation) => $"{generation.Package.Package.Manifest.Name} {generation.Identity.Version}";
}
