using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Breeze.Features.Scripts;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Scripts;

/// <summary>Reads where a stored script ran last, and what came of it.</summary>
public sealed class RunRows(ScriptsDbContext scripts, BreezeDbContext database)
{
    public async Task<IReadOnlyList<RunRow>> OfAsync(Guid scriptId, int most, CancellationToken cancellationToken)
    {
        var runs = await scripts.Executions.AsNoTracking().Where(x => x.ScriptId == scriptId).OrderByDescending(x => x.Id).Take(most).ToListAsync(cancellationToken);
        var (commandIds, deviceIds, userIds) = (runs.Select(r => r.CommandId).ToArray(), runs.Select(r => r.DeviceId).ToArray(), runs.Select(r => r.CreatedBy).OfType<Guid>().ToArray());
        var commands = await database.Commands.Where(c => commandIds.Contains(c.Id)).Select(c => new { c.Id, c.Status, c.Result!.ExitCode }).ToDictionaryAsync(c => c.Id, cancellationToken);
        var devices = await database.Devices.Where(d => deviceIds.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => d.DisplayName ?? d.Hostname, cancellationToken);
        var people = await database.Users.Where(u => userIds.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return
        [
            .. from run in runs
               let command = commands.GetValueOrDefault(run.CommandId)
               where command is not null
               // A script that ended with an error did not do well, though it completed.
               let state = command.Status == CommandStatus.Completed && command.ExitCode is not (null or 0) ? CommandStatus.Failed : command.Status
               select new RunRow(
                   run.CommandId, run.DeviceId, devices.GetValueOrDefault(run.DeviceId) ?? "", state, command.ExitCode, run.Version,
                   run.CreatedBy is { } who ? people.GetValueOrDefault(who) : null, run.CreatedAt),
        ];
    }
}

/// <summary>A run of a stored script on a device.</summary>
public sealed record RunRow(Guid CommandId, Guid DeviceId, string Device, string State, int? ExitCode, int? Version, string? By, DateTimeOffset At);
