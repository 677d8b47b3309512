using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>Reads the commands of a device, newest first.</summary>
public sealed class DeviceCommands(BreezeDbContext database)
{
    public async Task<(IReadOnlyList<CommandView> Commands, string? Next)> PageAsync(Guid deviceId, string? cursor, int size, CancellationToken cancellationToken)
    {
        var commands = database.Commands.AsNoTracking().Include(c => c.Result).Where(c => c.DeviceId == deviceId);
        if (Guid.TryParse(cursor, out var after))
        {
            commands = commands.Where(c => c.Id < after);
        }
        var page = await commands.OrderByDescending(c => c.Id).Take(size + 1).ToListAsync(cancellationToken);
        var views = await WithNamesAsync(page.Take(size).ToList(), cancellationToken);
        return (views, page.Count > size ? page[size - 1].Id.ToString() : null);
    }

    /// <summary>Those that were asked for within a time, newest first.</summary>
    public async Task<IReadOnlyList<CommandView>> WithinAsync(Guid deviceId, DateTimeOffset from, DateTimeOffset to, int most, CancellationToken cancellationToken)
    {
        var commands = await database.Commands.AsNoTracking().Include(c => c.Result).Where(c => c.DeviceId == deviceId && c.QueuedAt >= from && c.QueuedAt <= to)
            .OrderByDescending(c => c.Id).Take(most).ToListAsync(cancellationToken);
        return await WithNamesAsync(commands, cancellationToken);
    }

    public async Task<CommandView?> FindAsync(Guid deviceId, Guid? id, CancellationToken cancellationToken)
    {
        if (id is null)
        {
            return null;
        }
        var command = await database.Commands.AsNoTracking().Include(c => c.Result).SingleOrDefaultAsync(c => c.DeviceId == deviceId && c.Id == id, cancellationToken);
        return command is null ? null : (await WithNamesAsync([command], cancellationToken))[0];
    }

    async Task<IReadOnlyList<CommandView>> WithNamesAsync(List<DeviceCommand> commands, CancellationToken cancellationToken)
    {
        var ids = commands.Select(c => c.CreatedBy).OfType<Guid>().ToHashSet();
        var names = ids.Count == 0 ? [] : await database.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return [.. commands.Select(c => new CommandView(c, c.CreatedBy is { } by ? names.GetValueOrDefault(by) : null))];
    }
}
