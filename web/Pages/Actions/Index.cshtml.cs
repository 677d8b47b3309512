using System.Text.Json;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Events;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Actions;

/// <summary>Actions on many devices: their list, the dialog that starts one, and what the top bar shows of them.</summary>
[RequirePermission(Permissions.DevicesRead)]
public sealed partial class IndexModel(
    BulkActions actions, BulkKinds kinds, RunningWork work, BreezeDbContext database, AccessScope scope, EventBus bus, TimeProvider time) : PageModel
{
    const int PageSize = 50;

    public IReadOnlyList<BulkAction> Rows { get; private set; } = [];

    public IReadOnlyDictionary<Guid, string> People { get; private set; } = new Dictionary<Guid, string>();

    public string? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? cursor, CancellationToken cancellationToken)
    {
        var query = database.BulkActions.AsNoTracking();
        if (PlaceInList.TryDecode(cursor, out _, out var before))
        {
            query = query.Where(a => a.Id < before);
        }
        var rows = await query.OrderByDescending(a => a.Id).Take(PageSize + 1).ToListAsync(cancellationToken);
        Next = rows.Count > PageSize ? PlaceInList.Encode("", rows[PageSize - 1].Id) : null;
        Rows = [.. rows.Take(PageSize)];
        var ids = Rows.Select(r => r.UserId).ToHashSet();
        People = await database.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return Page();
    }

    /// <summary>The person's own actions.</summary>
    public async Task<IActionResult> OnGetRunningAsync(CancellationToken cancellationToken) => Partial("_RunningList", (await work.ReadAsync(cancellationToken), true));

    /// <summary>Says that an action went on, as long as the page listens.</summary>
    public async Task<IActionResult> OnGetStreamAsync()
    {
        if (scope.PartnerId is not { } partnerId)
        {
            return StatusCode(StatusCodes.Status204NoContent);
        }
        await using var stream = await EventStream.OpenAsync(HttpContext);
        var topic = Topics.BulkActions(partnerId);
        var channel = bus.Subscribe(topic);
        try
        {
            await stream.RunAsync(channel.Reader, async message =>
            {
                using var json = JsonDocument.Parse(message);
                if (scope.OrganizationIds is null || (json.RootElement.TryGetProperty("user_id", out var user) && user.TryGetGuid(out var id) && id == scope.UserId))
                {
                    await stream.SendAsync("state", System.Text.Encoding.UTF8.GetString(message));
                }
            });
        }
        finally
        {
            bus.Unsubscribe(topic, channel);
        }
        return new EmptyResult();
    }
}
