using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Remote;

/// <summary>The sessions that run, which can be ended here, and those that did.</summary>
[RequirePermission(Permissions.DevicesRead)]
public sealed class IndexModel(BreezeDbContext database, RemoteSessions sessions, AccessScope scope, TenantView tenant, TimeProvider time) : PageModel
{
    const int PageSize = 100;

    public static IReadOnlyList<string> Kinds { get; } = [RemoteKinds.Terminal, RemoteKinds.Files, RemoteKinds.Desktop];

    /// <summary><c>open</c>, <c>ended</c> or both.</summary>
    [FromQuery(Name = "state")]
    public string? State { get; set; }

    [FromQuery(Name = "kind")]
    public string? Kind { get; set; }

    /// <summary>Only those on this device.</summary>
    [FromQuery(Name = "device")]
    public Guid? Device { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public IReadOnlyList<RemoteSessionRow> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    public string? Error { get; private set; }

    public bool IsFiltered => Device is not null || !string.IsNullOrEmpty(State) || !string.IsNullOrEmpty(Kind);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Request.WantsPartial() ? Partial(Cursor is null ? "_List" : "_Rows", this) : Page();
    }

    public async Task<IActionResult> OnPostEndAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await sessions.EndAsync(id, cancellationToken) is not { } refusal)
        {
            return Redirect(tenant.Link("/remote"));
        }
        Error = refusal.Detail;
        await LoadAsync(cancellationToken);
        Response.StatusCode = refusal.StatusOf();
        return Page();
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        Guid? before = PlaceInList.TryDecode(Cursor, out _, out var place) ? place : null;
        var (organization, site) = (tenant.OrganizationId, tenant.SiteId);
        var rows = await (from s in database.RemoteSessions.AsNoTracking()
                          join d in database.Devices on s.DeviceId equals d.Id
                          where (before == null || s.Id < before) && (string.IsNullOrEmpty(Kind) || s.Kind == Kind) && (Device == null || s.DeviceId == Device)
                              && (State != "open" || s.EndedAt == null) && (State != "ended" || s.EndedAt != null)
                              && (organization == null || s.OrganizationId == organization) && (site == null || d.SiteId == site)
                          orderby s.Id descending
                          select new { Session = s, Name = d.DisplayName ?? d.Hostname, HasRecording = s.Recorded && database.RemoteRecordings.Any(r => r.SessionId == s.Id) }).Take(PageSize + 1).ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        Rows = [.. rows.Take(PageSize).Select(r => Row(r.Session, r.Name, r.HasRecording && scope.Can(Permissions.RemoteRecordings), now))];
        Next = rows.Count > PageSize ? PlaceInList.Encode("", rows[PageSize - 1].Session.Id) : null;
    }

    RemoteSessionRow Row(RemoteSession s, string device, bool hasRecording, DateTimeOffset now) => new(
        s.Id, s.DeviceId, device, s.Kind, s.ViewOnly, s.Technician, s.InterruptedAt is null ? s.Status : "interrupted", s.EndReason is null or RemoteEndings.Closed or "exited" ? null : s.EndMessage ?? RemoteEndings.WordsOf(s.EndReason),
        s.Transport, s.RequestedAt, s.StartedAt is { } start ? (s.EndedAt ?? now) - start : null, s.EndedAt is null && (s.UserId == scope.UserId || scope.Can(Permissions.RemoteControl)),
        RemoteWords.Consent(s.ConsentMode, s.Consent), hasRecording);
}

/// <summary>A session as the list shows it.</summary>
public sealed record RemoteSessionRow(
    Guid Id, Guid DeviceId, string Device, string Kind, bool ViewOnly, string Technician, string Status, string? Why, string? Transport, DateTimeOffset RequestedAt, TimeSpan? Lasted, bool MayEnd,
    string? Consent, bool HasRecording);
