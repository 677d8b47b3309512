using Breeze.Core.Queue;
using Breeze.Core.Storage;

namespace Breeze.Core.Devices.Bulk;

/// <summary>What came of an action, device by device: with a command, the command's end counts.</summary>
public static class BulkItems
{
    static readonly string[] Failures = [CommandStatus.Failed, CommandStatus.Timeout, CommandStatus.Rejected, CommandStatus.Expired];

    /// <summary>The devices on which it did not work.</summary>
    public static IQueryable<BulkActionItem> Failed(BreezeDbContext context, Guid actionId) => context.BulkActionItems.Where(i => i.ActionId == actionId
        && (i.State == "failed" || (i.CommandId != null && context.Commands.Any(c => c.Id == i.CommandId
            && (Failures.Contains(c.Status) || (c.Status == CommandStatus.Completed && c.Result!.ExitCode != null && c.Result.ExitCode != 0))))));

    /// <summary>Those of a state; null for a state that there is not.</summary>
    public static IQueryable<BulkActionItem>? Of(BreezeDbContext context, Guid actionId, string? state) => state switch
    {
        null or "" => context.BulkActionItems.Where(i => i.ActionId == actionId),
        "failed" => Failed(context, actionId),
        "queued" or "done" or "skipped" => context.BulkActionItems.Where(i => i.ActionId == actionId && i.State == state),
        _ => null,
    };
}
