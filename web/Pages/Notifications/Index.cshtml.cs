using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Notifications;

/// <summary>Channels, routes and what was told.</summary>
[RequirePermission(Permissions.NotificationsRead)]
public sealed class IndexModel(AlertingDbContext alerting, BreezeDbContext database, NotificationRoutes routes, IChannelTypes types, AccessScope scope, TenantView tenant) : PageModel
{
    const int PageSize = 100;

    public static IReadOnlyList<string> Statuses { get; } = ["queued", "delivered", "failed", "merged", "dropped"];

    [FromRoute]
    public string? Tab { get; set; }

    [FromQuery(Name = "channel")]
    public Guid? Channel { get; set; }

    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public IReadOnlyList<NotificationChannel> Channels { get; private set; } = [];

    public IReadOnlyList<NotificationRoute> Routes { get; private set; } = [];

    public IReadOnlyList<ChannelType> Types { get; private set; } = [];

    public IReadOnlyList<LogLine> Log { get; private set; } = [];

    public string? Next { get; private set; }

    public string? Error { get; private set; }

    public bool CanWrite => scope.Can(Permissions.NotificationsWrite);

    public bool IsFiltered => Channel is not null || !string.IsNullOrEmpty(Status);

    IReadOnlyDictionary<Guid, string> _policies = new Dictionary<Guid, string>();
    IReadOnlyDictionary<Guid, string> _organizations = new Dictionary<Guid, string>();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Tab == "log" && Request.WantsPartial() ? Partial(Cursor is null ? "_Log" : "_LogRows", this) : Page();
    }

    /// <summary>A route changes places with its neighbour.</summary>
    public async Task<IActionResult> OnPostMoveAsync(Guid id, int by, CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        var all = await alerting.Routes.AsNoTracking().ToListAsync(cancellationToken);
        if (all.Find(r => r.Id == id) is not { } route)
        {
            return NotFound();
        }
        var level = all.Where(r => r.OrganizationId == route.OrganizationId).OrderBy(r => r.Position).ThenBy(r => r.Id).Select(r => r.Id).ToList();
        var (from, to) = (level.IndexOf(id), level.IndexOf(id) + Math.Sign(by));
        if (to >= 0 && to < level.Count)
        {
            (level[from], level[to]) = (level[to], level[from]);
            Error = (await routes.OrderAsync(scope, route.OrganizationId, level, cancellationToken))?.Detail;
        }
        if (Error is null)
        {
            return Redirect("/notifications/routes");
        }
        await LoadAsync(cancellationToken);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public string TypeName(string type) => Types.FirstOrDefault(t => t.Type == type)?.DisplayName ?? $"{type} (not active)";

    public string OrganizationName(Guid? id) => id is { } known ? _organizations.GetValueOrDefault(known, "an organization") : "all";

    public string ChannelName(Guid id) => Channels.FirstOrDefault(c => c.Id == id)?.Name ?? "a channel out of reach";

    /// <summary>Whom a route tells, in words.</summary>
    public string Tells(NotificationRoute route) =>
        (string[])[.. route.ChannelIds.Select(ChannelName), .. route.PolicyId is { } policy ? [$"policy {_policies.GetValueOrDefault(policy, "out of reach")}"] : Array.Empty<string>(), .. route.InApp ? ["the bell"] : Array.Empty<string>()]
            is { Length: > 0 } all ? string.Join(", ", all) : "nobody";

    public bool CanOrder(NotificationRoute route) => CanWrite && (route.OrganizationId is not null || scope.OrganizationIds is null);

    public bool HasNeighbour(NotificationRoute route, int by)
    {
        var level = Routes.Where(r => r.OrganizationId == route.OrganizationId).ToList();
        return level.IndexOf(route) + by is >= 0 and var place && place < level.Count;
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        var only = tenant.OrganizationId;
        Types = types.List();
        Channels = await alerting.Channels.AsNoTracking().Where(c => only == null || c.OrganizationId == null || c.OrganizationId == only).OrderBy(c => c.Name).ToListAsync(cancellationToken);
        _organizations = await database.Organizations.Select(o => new { o.Id, o.Name }).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
        if (Tab == "routes")
        {
            _policies = await alerting.Policies.Select(p => new { p.Id, p.Name }).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
            Routes = await alerting.Routes.AsNoTracking().Where(r => only == null || r.OrganizationId == null || r.OrganizationId == only)
                .OrderBy(r => r.OrganizationId != null).ThenBy(r => r.OrganizationId).ThenBy(r => r.Position).ThenBy(r => r.Id).ToListAsync(cancellationToken);
        }
        else if (Tab == "log")
        {
            await LoadLogAsync(only, cancellationToken);
        }
    }

    async Task LoadLogAsync(Guid? only, CancellationToken cancellationToken)
    {
        Guid? before = !string.IsNullOrEmpty(Cursor) && PlaceInList.TryDecode(Cursor, out _, out var id) ? id : null;
        var status = Statuses.Contains(Status) ? Status : null;
        var rows = await alerting.Notifications.AsNoTracking()
            .Where(n => (before == null || n.Id < before) && (Channel == null || n.ChannelId == Channel) && (status == null || n.Status == status) && (only == null || n.OrganizationId == only))
            .OrderByDescending(n => n.Id).Take(PageSize + 1).ToListAsync(cancellationToken);
        Log = [.. rows.Take(PageSize).Select(n => new LogLine(n.CreatedAt, n.Event, TitleOf(n.Body), Channels.FirstOrDefault(c => c.Id == n.ChannelId)?.Name, n.Status, n.Error, n.Attempts))];
        Next = rows.Count > PageSize ? PlaceInList.Encode("", rows[PageSize - 1].Id) : null;
    }

    static string TitleOf(string body)
    {
        var root = JsonElement.Parse(body);
        return root.TryGetProperty("title", out var title) && title.ValueKind == JsonValueKind.String ? title.GetString()! : "";
    }
}

/// <summary>One telling as the log shows it.</summary>
public sealed record LogLine(DateTimeOffset CreatedAt, string Event, string Title, string? Channel, string Status, string? Error, int Attempts);
