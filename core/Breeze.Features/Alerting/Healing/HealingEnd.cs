using Breeze.Core.Queue;

namespace Breeze.Features.Alerting.Healing;

/// <summary>How a run ended.</summary>
/// <param name="HasRun">Whether it may have done something, so that the next readings are worth waiting for.</param>
sealed record HealingEnd(Guid Id, Guid PartnerId, string State, int? ExitCode, string Reason, string Output, bool HasRun)
{
    public static HealingEnd Skipped(Guid id, Guid partnerId, string reason) => new(id, partnerId, AlertActionState.Skipped, null, reason, "", false);

    /// <param name="status">The command's; null when it is gone.</param>
    public static HealingEnd Of(Guid id, Guid partnerId, string? status, int? exitCode, string output) => status switch
    {
        CommandStatus.Completed or CommandStatus.Failed when exitCode == 0 => new(id, partnerId, AlertActionState.Succeeded, 0, "", output, true),
        CommandStatus.Completed or CommandStatus.Failed when exitCode is not null => new(id, partnerId, AlertActionState.Failed, exitCode, "", output, true),
        CommandStatus.Completed or CommandStatus.Failed => new(id, partnerId, AlertActionState.Failed, null, "It did not run to its end.", output, true),
        CommandStatus.Timeout => new(id, partnerId, AlertActionState.Failed, exitCode, "It was ended at its time limit.", output, true),
        CommandStatus.Cancelled => new(id, partnerId, AlertActionState.Failed, exitCode, "Somebody cancelled it.", output, false),
        CommandStatus.Rejected => new(id, partnerId, AlertActionState.Failed, null, "The device refused it.", output, false),
        CommandStatus.Expired => new(id, partnerId, AlertActionState.Failed, null, "The device did not fetch it in time.", "", false),
        _ => new(id, partnerId, AlertActionState.Failed, null, "Its command is gone.", "", false),
    };
}
