using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Rules;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Alerts;

/// <summary>One alert: what it is, what happened to it, whom it was told.</summary>
[RequirePermission(Permissions.AlertsRead)]
public sealed class AlertModel(
    AlertingDbContext context, BreezeDbContext database, AlertRows rows, AlertInbox inbox, AlertAround around, AlertWatch watch, EscalationOutlook outlook, AccessScope scope, TimeProvider time) : PageModel
{
    const int EventsShown = 200;
    const int OthersShown = 10;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public Alert Alert { get; private set; } = null!;

    public AlertRow Row { get; private set; } = null!;

    public AlertRule? Rule { get; private set; }

    public IReadOnlyList<AlertEvent> Events { get; private set; } = [];

    /// <summary>The commands that the rule gave.</summary>
    public IReadOnlySet<Guid> OfRule { get; private set; } = new HashSet<Guid>();

    public IReadOnlyList<AlertTelling> Tellings { get; private set; } = [];

    /// <summary>What policies do next, as long as nobody answers.</summary>
    public IReadOnlyList<EscalationNext> Next { get; private set; } = [];

    /// <summary>What else is open on the device.</summary>
    public IReadOnlyList<AlertRow> Others { get; private set; } = [];

    /// <summary>What happened around it on the device.</summary>
    public AlertSurroundings Around { get; private set; } = AlertSurroundings.None;

    public string? AcknowledgedBy { get; private set; }

    public string? Error { get; private set; }

    public bool IsOpen => Alert.Status is AlertStatus.Firing or AlertStatus.Acknowledged;

    public bool CanWrite => scope.Can(Permissions.AlertsWrite) && Alert.Status != AlertStatus.Pending;

    public bool CanSeeTellings => scope.Can(Permissions.NotificationsRead);

    public bool CanSeeDevice => scope.Can(Permissions.DevicesRead);

    public DateTimeOffset Now => time.GetUtcNow();

    public bool IsSnoozed => Alert.SnoozedUntil > Now;

    public bool IsMine => Alert.AssigneeId is not null && Alert.AssigneeId == scope.UserId;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        !await LoadAsync(cancellationToken) ? NotFound() : Request.WantsPartial() ? Partial("_Alert", this) : Page();

    /// <summary>What the rule measured around the time of the alert, for a chart.</summary>
    public async Task<IActionResult> OnGetMomentAsync(CancellationToken cancellationToken)
    {
        if (!CanSeeDevice || await context.Alerts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == Id, cancellationToken) is not { } alert)
        {
            return NotFound();
        }
        var condition = await context.Rules.Where(r => r.Id == alert.RuleId).Select(r => r.Condition).FirstOrDefaultAsync(cancellationToken);
        var events = await context.Events.AsNoTracking().Where(e => e.AlertId == Id).OrderByDescending(e => e.Id).Take(EventsShown).ToListAsync(cancellationToken);
        return await around.ChartAsync(alert, condition, events, cancellationToken) is { } moment ? new JsonResult(moment) : NotFound();
    }

    public Task<IActionResult> OnGetStreamAsync() => watch.FollowAsync(HttpContext);

    public async Task<IActionResult> OnPostAsync(string? act, int? minutes, string? text, CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.AlertsWrite))
        {
            return Forbid();
        }
        if (!await context.Alerts.AnyAsync(a => a.Id == Id, cancellationToken))
        {
            return NotFound();
        }
        var outcome = await inbox.ActAsync(scope, [Id], watch.Asked(act, minutes, text), cancellationToken);
        if (outcome.Succeeded)
        {
            Response.Toast(AlertNotes.Of(act, outcome.Value.Changed), outcome.Value.Changed > 0);
            return Redirect($"/alerts/{Id}");
        }
        Error = outcome.Refusal.Detail;
        return await LoadAsync(cancellationToken) ? this.Refused(outcome.Refusal) : NotFound();
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await context.Alerts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == Id, cancellationToken) is not { } alert)
        {
            return false;
        }
        Alert = alert;
        Row = (await rows.OfAsync([alert], cancellationToken))[0];
        Rule = alert.RuleId is null ? null : await context.Rules.AsNoTracking().SingleOrDefaultAsync(r => r.Id == alert.RuleId, cancellationToken);
        Events = await context.Events.AsNoTracking().Where(e => e.AlertId == Id).OrderByDescending(e => e.Id).Take(EventsShown).ToListAsync(cancellationToken);
        await UpstreamNames.HideAsync(context, [alert], Events, cancellationToken);
        AcknowledgedBy = alert.AcknowledgedBy is null ? null : await database.Users.Where(u => u.Id == alert.AcknowledgedBy).Select(u => u.DisplayName).FirstOrDefaultAsync(cancellationToken);
        if (alert.DeviceId is { } device)
        {
            var others = await context.Alerts.AsNoTracking().Where(a => a.DeviceId == device && a.Id != Id && (a.Status == AlertStatus.Firing || a.Status == AlertStatus.Acknowledged))
                .OrderByDescending(a => a.ShownAt).Take(OthersShown).ToListAsync(cancellationToken);
            Others = await rows.OfAsync(others, cancellationToken);
        }
        if (CanSeeDevice)
        {
            Around = await around.ReadAsync(alert, Rule?.Condition, cancellationToken);
            OfRule = (await context.Actions.Where(x => x.AlertId == Id && x.CommandId != null).Select(x => x.CommandId!.Value).ToListAsync(cancellationToken)).ToHashSet();
        }
        if (CanSeeTellings)
        {
            Next = await outlook.ReadAsync(scope, Id, cancellationToken);
            Tellings = await context.Notifications.AsNoTracking().Where(n => n.AlertId == Id).OrderByDescending(n => n.Id).Take(EventsShown)
                .Select(n => new AlertTelling(
                    n.Event, n.Status, context.Channels.Where(c => c.Id == n.ChannelId).Select(c => c.Name).FirstOrDefault(), n.Attempts, n.Error, n.CreatedAt, n.FinishedAt)).ToListAsync(cancellationToken);
        }
        return true;
    }
}

/// <summary>A line of the delivery log.</summary>
public sealed record AlertTelling(string Event, string Status, string? Channel, int Attempts, string? Error, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);
