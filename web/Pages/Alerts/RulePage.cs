using Breeze.Core.Devices.Bulk;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Backtest;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Rules;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Alerts;

/// <summary>What the pages of a new rule and of one that is there have in common: the form, and what is wrong with it.</summary>
public abstract class RulePage(BreezeDbContext database, AlertConditions conditions, Backtests backtests, MomentCharts moments, ScriptRuntimes runtimes, AccessScope scope) : PageModel
{
    const int Most = 1000;

    [BindProperty]
    public RuleForm Input { get; set; } = new();

    public RuleProblem? Problem { get; protected set; }

    public IReadOnlyList<(string Value, string Name)> Places { get; private set; } = [];

    /// <summary>The languages that a script can be in.</summary>
    public IReadOnlyList<string> Runtimes { get; private set; } = [];

    /// <summary>The script that the rule has now.</summary>
    public virtual RuleAction? Action => null;

    public bool CanRunScripts => RuleActions.IsAllowed(scope);

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

    /// <summary>What could come next in a condition.</summary>
    public async Task<IActionResult> OnGetCompleteAsync([FromServices] ConditionCompletion completion, string? text, int? caret, CancellationToken cancellationToken)
    {
        var found = await completion.CompleteAsync(scope, text ?? "", caret ?? text?.Length ?? 0, cancellationToken);
        return new JsonResult(found.Select(s => new { insert = s.Insert, label = s.Label, description = s.Description, start = s.Start, length = s.Length }));
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

    /// <summary>The way to confirm who it is, when that is all that is missing.</summary>
    protected async Task<IActionResult?> AskAsync(RuleOutcome outcome)
    {
        if (outcome.Succeeded || outcome.Problem.Refusal.Code != BulkActions.StepUpRequired || scope.IsKey)
        {
            return null;
        }
        await StepUp.AskAsync(HttpContext, scope);
        return new EmptyResult();
    }

    protected async Task LoadChoicesAsync(CancellationToken cancellationToken)
    {
        Runtimes = CanRunScripts ? await runtimes.ListAsync(cancellationToken) : [];
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
