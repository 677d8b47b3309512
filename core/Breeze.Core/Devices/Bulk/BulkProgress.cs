using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Tells the pages how far actions are, and the runners that there is work.</summary>
public sealed class BulkProgress(Database database, EventBus bus)
{
    public void Work() => bus.Publish(Topics.BulkWork, []);

    public void Publish(BulkAction action) => bus.Publish(Topics.BulkActions(action.PartnerId), JsonSerializer.SerializeToUtf8Bytes(new
    {
        id = action.Id, user_id = action.UserId, state = action.State, total = action.Total, done = action.Done, failed = action.Failed,
    }));

    public async Task PublishAsync(Guid actionId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        if (await context.BulkActions.AsNoTracking().SingleOrDefaultAsync(a => a.Id == actionId, cancellationToken) is { } action)
        {
            Publish(action);
        }
    }
}
