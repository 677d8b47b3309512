using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Actions;

/// <summary>One action: how far it is, and what came of each device.</summary>
[RequirePermission(Permissions.DevicesRead)]
public sealed class ActionModel(BulkActions actions, BulkKinds kinds, BreezeDbContext database, AccessScope scope) : PageModel
{
    const int PageSize = 100;

    public sealed record Row(Guid DeviceId, string Name, string State, string? Message, Guid? CommandId, string? CommandStatus, int? ExitCode);

    public static IReadOnlyList<(string State, string Label)> States { get; } = [("", "All"), ("done", "Done"), ("failed", "Failed"), ("skipped", "Skipped"), ("queued", "Queued")];

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [FromQuery(Name = "state")]
    public string? State { get; set; }

    public BulkAction Action { get; private set; } = null!;

    public string By { get; private set; } = "";

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    /// <summary>Whether it has ended, failed somewhere, and this person may do it again.</summary>
    public bool CanRetry { get; private set; }

    /// <summary>The address of the shown results alone.</summary>
    public string ResultsPath => QueryLink.With(Request, ("handler", "Results"));

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken) || !await ReadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (Action.UserId == scope.UserId && Action is { FinishedAt: not null, SeenAt: null })
        {
            await actions.SeenAsync(scope, Id, cancellationToken);
        }
        By = await database.Users.Where(u => u.Id == Action.UserId).Select(u => u.DisplayName).FirstOrDefaultAsync(cancellationToken) ?? "somebody";
        return Page();
    }

    /// <summary>The results, for a page that shows them already.</summary>
    public async Task<IActionResult> OnGetResultsAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) && await ReadAsync(cancellationToken) ? Partial("_Results", this) : NotFound();

    /// <summary>How far it is.</summary>
    public async Task<IActionResult> OnGetStripAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ? Partial("_Strip", Action) : NotFound();

    public async Task<IActionResult> OnPostCancelAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var refusal = await actions.CancelAsync(scope, Id, cancellationToken);
        Response.Toast(refusal?.Detail ?? "Cancelled. What was done stays.", refusal is null);
        await LoadAsync(cancellationToken);
        return Request.WantsPartial() ? Partial("_Strip", Action) : Redirect($"/actions/{Id}");
    }

    /// <summary>The failed ones as a new action.</summary>
    public async Task<IActionResult> OnPostRetryAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var made = await actions.RetryAsync(scope, Id, cancellationToken);
        if (made.Succeeded)
        {
            return Redirect($"/actions/{made.Value.Id}");
        }
        if (made.Refusal.Code == BulkActions.StepUpRequired)
        {
            await StepUp.AskAsync(HttpContext, scope);
            return new EmptyResult();
        }
        Response.Toast(made.Refusal.Detail, good: false);
        return Redirect($"/actions/{Id}");
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await database.BulkActions.AsNoTracking().SingleOrDefaultAsync(a => a.Id == Id, cancellationToken) is not { } found)
        {
            return false;
        }
        Action = found;
        return true;
    }

    /// <summary>False for a state that there is not.</summary>
    async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (BulkItems.Of(database, Id, State) is not { } items)
        {
            return false;
        }
        if (PlaceInList.TryDecode(Cursor, out _, out var after))
        {
            items = items.Where(i => i.DeviceId > after);
        }
        var rows = await (from i in items
                          join d in database.Devices on i.DeviceId equals d.Id
                          orderby i.DeviceId
                          let c = database.Commands.FirstOrDefault(c => c.Id == i.CommandId)
                          select new Row(i.DeviceId, d.DisplayName ?? d.Hostname, i.State, i.Message, i.CommandId, c.Status, c.Result!.ExitCode)).Take(PageSize + 1).ToListAsync(cancellationToken);
        Next = rows.Count > PageSize ? PlaceInList.Encode("", rows[PageSize - 1].DeviceId) : null;
        Rows = [.. rows.Take(PageSize)];
        CanRetry = !RunningWork.IsOpen(Action) && kinds.Find(Action.Kind) is { } kind && kind.IsAllowed(scope) && await BulkItems.Failed(database, Id).AnyAsync(cancellationToken);
        return true;
    }
}
