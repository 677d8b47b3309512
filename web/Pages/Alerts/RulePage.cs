using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Backtest;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Rules;
using Breeze.Web.Frame;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Alerts;

/// <summary>What the pages of a new rule and of one that is there have in common: the form, and what is wrong with it.</summary>
public abstract class RulePage(BreezeDbContext database, AlertConditions conditions, Backtests backtests, MomentCharts moments, AccessScope scope) : PageModel
{
    const int Most = 1000;

    [BindProperty]
    public RuleForm Input { get; set; } = new();

    public RuleProblem? Problem { get; protected set; }

    public IReadOnlyList<(string Value, string Name)> Places { get; private set; } = [];

    public abstract bool CanWrite { get; }

    public virtual bool IsNew => false;

    public string? ErrorIn(string field) => Problem?.Field == field ? Problem.Refusal.Detail : null;

    /// <summary>What is wrong with the condition that is being typed, or how it reads.</summary>
    public async Task<IActionResult> OnGetCheckAsync(CancellationToken cancellationToken)
    {
        var text = Request.Query["Input.Condition"].ToString().ReplaceLineEndings("\n");
        var result = text.Length == 0 ? null : await conditions.ParseAsync(text, cancellationToken);
        return Partial("_Condition", new ConditionCheck(text, result?.Error));
    }

    /// <summary>When and where the rule that is being written would have fired.</summary>
    public async Task<IActionResult> OnPostBacktestAsync(int days, CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.AlertRulesWrite))
        {
            return Forbid();
        }
        if (await PlaceAsync(cancellationToken) is not { } place)
        {
            return NotFound();
        }
        var ask = new BacktestAsk
        {
            Condition = Text(Input.Condition), Recovery = Text(Input.Recovery), Target = Text(Input.Target), Per = Input.Per, ReopenMinutes = Input.ReopenMinutes, OrganizationId = place.Organization,
            SiteId = place.Site, Days = days,
        };
        return Partial("_Backtest", new BacktestView(ask, await backtests.RunAsync(scope, ask, cancellationToken)));

        static string Text(string? text) => (text ?? "").ReplaceLineEndings("\n");
    }

    /// <summary>What a condition measured on one device, for a chart.</summary>
    public async Task<IActionResult> OnGetMomentAsync(Guid device, string? label, string? condition, DateTimeOffset from, DateTimeOffset to, string? spans, CancellationToken cancellationToken)
    {
        var parsed = await conditions.ParseAsync(condition ?? "", cancellationToken);
        if (parsed.Condition?.Charted is not { } metric || from >= to || to - from > TimeSpan.FromDays(BacktestAsk.MostDays + 1) || !await database.Devices.AnyAsync(d => d.Id == device, cancellationToken))
        {
            return NotFound();
        }
        return new JsonResult(await moments.ReadAsync(device, metric, label ?? "", from, to, BacktestView.ReadSpans(spans), cancellationToken));
    }

    /// <summary>Where the rule applies; null when there is no such rule.</summary>
    protected abstract Task<(Guid? Organization, Guid? Site)?> PlaceAsync(CancellationToken cancellationToken);

    protected async Task LoadChoicesAsync(CancellationToken cancellationToken)
    {
        if (IsNew)
        {
            var organizations = await Choices.OrganizationsAsync(database, cancellationToken);
            var sites = await database.Sites.OrderBy(s => s.Name).Take(Most).Select(s => new { s.Id, s.OrganizationId, s.Name }).ToListAsync(cancellationToken);
            Places =
            [
                .. scope.OrganizationIds is null ? [("", "all organizations")] : Array.Empty<(string, string)>(),
                .. organizations.SelectMany(o => (IEnumerable<(string, string)>)
                    [.. scope.SiteIds is null ? [($"{o.Id}", o.Name)] : Array.Empty<(string, string)>(), .. sites.Where(s => s.OrganizationId == o.Id).Select(s => ($"{o.Id}/{s.Id}", $"{o.Name} › {s.Name}"))]),
            ];
        }
    }
}

/// <summary>A condition that was typed; no error and no text is none yet.</summary>
public sealed record ConditionCheck(string Text, ExpressionError? Error);
