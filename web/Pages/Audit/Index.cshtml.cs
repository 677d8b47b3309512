using System.Globalization;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Audit;

/// <summary>Who did what, newest first.</summary>
[RequirePermission(Permissions.AuditRead)]
public sealed class IndexModel(BreezeDbContext database, Database connections, TenantView tenant, AccessScope scope, IAuditLog audit) : PageModel
{
    const int PageSize = 100;

    public static IReadOnlyList<(string Prefix, string Label)> Areas { get; } =
    [
        ("user.", "Sign-in and people"), ("device.", "Devices and commands"), ("enrollment_key.", "Enrolment keys"), ("organization.", "Organizations"), ("site.", "Sites"),
        ("group.", "Groups"), ("role.", "Roles"), ("api_key.", "API keys"), ("sso_provider.", "Single sign-on"), ("plugin.", "Plugins"), ("partner.", "Partners"), ("audit.", "Audit"),
    ];

    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    [FromQuery(Name = "area")]
    public string? Area { get; set; }

    [FromQuery(Name = "from")]
    public string? From { get; set; }

    [FromQuery(Name = "to")]
    public string? To { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public IReadOnlyList<AuditEntry> Entries { get; private set; } = [];

    public string? Next { get; private set; }

    public bool IsFiltered => !string.IsNullOrWhiteSpace(Text) || !string.IsNullOrEmpty(Area) || Day(From) is not null || Day(To) is not null || tenant.IsNarrowed;

    /// <summary>The chain is the partner's, so only who sees all of it can check it.</summary>
    public bool CanVerify => scope.OrganizationIds is null;

    public AuditChainState? Chain { get; private set; }

    AuditFilter Filter => new()
    {
        Text = Text, Action = Areas.Any(a => a.Prefix == Area) ? Area : null, OrganizationId = tenant.OrganizationId, From = Day(From), To = Day(To)?.AddDays(1),
    };

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        (DateTimeOffset, Guid)? after = PlaceInList.TryDecode(Cursor, out var ticks, out var id)
            && long.TryParse(ticks, CultureInfo.InvariantCulture, out var at) && at > 0 && at <= DateTimeOffset.MaxValue.UtcTicks ? (new DateTimeOffset(at, TimeSpan.Zero), id) : null;
        var page = await Filter.Page(database.AuditLog.AsNoTracking(), after).Take(PageSize + 1).ToListAsync(cancellationToken);
        Entries = [.. page.Take(PageSize)];
        Next = page.Count > PageSize ? PlaceInList.Encode($"{Entries[^1].At.UtcTicks}", Entries[^1].Id) : null;
        return !Request.WantsPartial() ? Page() : Partial(Cursor is null ? "_List" : "_Rows", this);
    }

    /// <summary>What the list shows, as a file.</summary>
    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken)
    {
        await audit.WriteAsync(scope, new AuditRecord("audit.exported") { OrganizationId = tenant.OrganizationId }, cancellationToken);
        await new AuditCsv(database, Filter).ExecuteAsync(HttpContext);
        return new EmptyResult();
    }

    public async Task<IActionResult> OnGetVerifyAsync(CancellationToken cancellationToken)
    {
        if (!CanVerify)
        {
            return StatusCode(StatusCodes.Status403Forbidden);
        }
        await using var connection = await connections.OpenAsync(scope, cancellationToken);
        Chain = await AuditChain.VerifyAsync(connection, scope.PartnerId, cancellationToken);
        return Request.WantsPartial() ? Partial("_Chain", Chain) : await OnGetAsync(cancellationToken);
    }

    static DateTimeOffset? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null;
}
