using System.Globalization;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Incidents;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Alerts;

/// <summary>The inbox: what is wrong now, newest first, kept true while it is looked at.</summary>
[RequirePermission(Permissions.AlertsRead)]
public sealed class IndexModel(
    AlertingDbContext context, AlertRows rows, AlertInbox inbox, IncidentActs incidents, AlertWatch watch, TenantView tenant, AccessScope scope, TimeProvider time) : PageModel
{
    const int PageSize = 100;
    const int MostIncidents = 50;

    public static IReadOnlyList<(string Value, string Label)> Statuses { get; } =
    [
        ("", "Open"), (AlertStatus.Firing, "Firing"), (AlertStatus.Acknowledged, "Acknowledged"), (AlertStatus.Resolved, "Resolved"), (AlertStatus.Pending, "Pending"), ("all", "All"),
    ];

    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    [FromQuery(Name = "severity")]
    public string? Severity { get; set; }

    [FromQuery(Name = "rule")]
    public Guid? Rule { get; set; }

    [FromQuery(Name = "suppressed")]
    public string? Suppressed { get; set; }

    /// <summary>The incident whose alerts are shown.</summary>
    [FromQuery(Name = "incident")]
    public Guid? Incident { get; set; }

    [FromQuery(Name = "mine")]
    public bool Mine { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public IReadOnlyList<AlertRow> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    public string? RuleName { get; private set; }

    /// <summary>Open incidents, each in place of its alerts; or the one that is shown.</summary>
    public IReadOnlyList<IncidentRow> Incidents { get; private set; } = [];

    /// <summary>Incidents stand before the alerts, unless something else is asked for.</summary>
    bool ShowsIncidents => Cursor is null && Incident is null && Filter is { Status: AlertFilter.Open, Text: null or "", RuleId: null, AssigneeId: null, Suppressed: null };

    public bool HasRules { get; private set; }

    public bool CanWrite => scope.Can(Permissions.AlertsWrite);

    public bool CanWriteRules => scope.Can(Permissions.AlertRulesWrite);

    public bool IsFiltered => !string.IsNullOrWhiteSpace(Text) || !string.IsNullOrEmpty(Status) || !string.IsNullOrEmpty(Severity) || Rule is not null || Incident is not null || !string.IsNullOrEmpty(Suppressed) || Mine || tenant.IsNarrowed;

    public DateTimeOffset Now => time.GetUtcNow();

    AlertFilter Filter => new()
    {
        Text = Text?.Replace("\0", "", StringComparison.Ordinal), Severity = AlertSeverity.All.Contains(Severity) ? Severity : null, RuleId = Rule, AssigneeId = Mine ? scope.UserId : null,
        OrganizationId = tenant.OrganizationId, SiteId = tenant.SiteId, IncidentId = Incident, Suppressed = Suppressed == AlertFilter.Any || SuppressedBy.All.Contains(Suppressed) ? Suppressed : null,
        Status = Incident is not null && string.IsNullOrEmpty(Status) ? "" : Status switch { null or "" => AlertFilter.Open, "all" => "", _ => AlertFilter.IsStatus(Status) ? Status : AlertFilter.Open },
    };

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return !Request.WantsPartial() ? Page() : Partial(Cursor is null ? "_List" : "_Rows", this);
    }

    /// <summary>Says that alerts changed, as long as the page listens.</summary>
    public Task<IActionResult> OnGetStreamAsync() => watch.FollowAsync(HttpContext);

    /// <summary>Does one thing to what is selected.</summary>
    public async Task<IActionResult> OnPostAsync(string? act, Guid[]? selected, int? minutes, string? text, CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        var outcome = await inbox.ActAsync(scope, selected ?? [], watch.Asked(act, minutes, text), cancellationToken);
        if (outcome.Succeeded)
        {
            Response.Toast(AlertNotes.Of(act, outcome.Value.Changed), outcome.Value.Changed > 0);
        }
        else
        {
            Response.Toast(outcome.Refusal.Detail, good: false);
            Response.StatusCode = outcome.Refusal.StatusOf() == 400 ? 422 : outcome.Refusal.StatusOf();
        }
        Cursor = null;
        await LoadAsync(cancellationToken);
        return Request.WantsPartial() ? Partial("_List", this) : Page();
    }

    /// <summary>Does one thing to all of an incident.</summary>
    public async Task<IActionResult> OnPostIncidentAsync(Guid incident, string? act, int? minutes, CancellationToken cancellationToken)
    {
        if (!CanWrite)
        {
            return Forbid();
        }
        var outcome = await incidents.ActAsync(scope, incident, watch.Asked(act, minutes, null), cancellationToken);
        if (!outcome.Succeeded && outcome.Refusal.Kind == RefusalKind.NotFound)
        {
            return NotFound();
        }
        Response.Toast(outcome.Succeeded ? AlertNotes.Of(act, outcome.Value.Changed) : outcome.Refusal.Detail, outcome.Succeeded && outcome.Value.Changed > 0);
        await LoadAsync(cancellationToken);
        return Request.WantsPartial() ? Partial("_List", this) : Page();
    }

    async Task<IReadOnlyList<IncidentRow>> IncidentsAsync(CancellationToken cancellationToken)
    {
        var query = Incident is { } one ? context.Incidents.Where(i => i.Id == one)
            : context.Incidents.Where(i => i.Status == Features.Alerting.Incidents.Incident.Open && (Severity == null || Severity == "" || i.Severity == Severity));
        if (Incident is null && !ShowsIncidents)
        {
            return [];
        }
        // In the view of an organization those with something there.
        query = tenant.OrganizationId is { } organization ? query.Where(i => context.Alerts.Any(a => a.IncidentId == i.Id && a.OrganizationId == organization)) : query;
        return await IncidentRow.ReadAsync(context, query.OrderByDescending(i => i.Id).Take(MostIncidents), cancellationToken);
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        (DateTimeOffset, Guid)? after = PlaceInList.TryDecode(Cursor, out var key, out var id) && long.TryParse(key, CultureInfo.InvariantCulture, out var ticks)
            && ticks > 0 && ticks <= DateTime.MaxValue.Ticks ? (new DateTimeOffset(ticks, TimeSpan.Zero), id) : null;
        Incidents = tenant.IsMissing ? [] : await IncidentsAsync(cancellationToken);
        var filter = Filter;
        filter = filter with { WithoutIncidents = Incident is null && filter is { Status: AlertFilter.Open, Text: null or "", RuleId: null, AssigneeId: null, Suppressed: null } };
        var found = tenant.IsMissing ? [] : await filter.Apply(context, Now, after).Take(PageSize + 1).ToListAsync(cancellationToken);
        Rows = await rows.OfAsync([.. found.Take(PageSize)], cancellationToken);
        Next = found.Count > PageSize ? PlaceInList.Encode(found[PageSize - 1].ShownAt.UtcTicks.ToString(CultureInfo.InvariantCulture), found[PageSize - 1].Id) : null;
        RuleName = Rule is null ? null : await context.Rules.Where(r => r.Id == Rule).Select(r => r.Name).FirstOrDefaultAsync(cancellationToken);
        HasRules = Incidents.Count > 0 || Rows.Count > 0 || await context.Rules.AnyAsync(r => r.Enabled, cancellationToken);
    }
}
