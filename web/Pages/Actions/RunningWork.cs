using Breeze.Core.Devices.Bulk;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Actions;

/// <summary>The person's own actions, for the top bar.</summary>
public sealed class RunningWork(BreezeDbContext database, AccessScope scope)
{
    const int Shown = 8;

    public bool MayLook => scope.Can(Core.Identity.Permissions.DevicesRead) && scope.UserId is not null;

    public async Task<IReadOnlyList<BulkAction>> ReadAsync(CancellationToken cancellationToken) => !MayLook ? []
        : await database.BulkActions.AsNoTracking().Where(a => a.UserId == scope.UserId).OrderByDescending(a => a.CreatedAt).Take(Shown).ToListAsync(cancellationToken);

    public static int Open(IEnumerable<BulkAction> actions) => actions.Count(IsOpen);

    public static bool IsOpen(BulkAction action) => action.State is BulkActionState.Queued or BulkActionState.Running;
}
