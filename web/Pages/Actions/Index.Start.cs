using System.Globalization;
using Breeze.Core.Devices.Bulk;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Actions;

/// <summary>The dialog that starts an action: what it is, on how many devices, and a count to type where it interrupts many people.</summary>
public sealed partial class IndexModel
{
    const int CountTypedAbove = 10;
    const int MostNamed = 5;
    static readonly TimeSpan PatienceForOne = TimeSpan.FromSeconds(3);

    public BulkForm Form { get; private set; } = new();

    public IBulkActionKind Kind { get; private set; } = null!;

    public string? Problem { get; private set; }

    /// <summary>The sites or groups to choose from.</summary>
    public IReadOnlyList<(Guid Id, string Name)> Choices { get; private set; } = [];

    /// <summary>Whom it is for, in words: some names, or the filter.</summary>
    public string For { get; private set; } = "";

    public bool MustTypeCount => Kind.IsDangerous && Form.Devices > CountTypedAbove;

    /// <summary>The dialog of a kind; by POST, since many devices do not fit into an address.</summary>
    public async Task<IActionResult> OnPostFormAsync([FromForm] BulkForm form, CancellationToken cancellationToken) =>
        kinds.Find(form.Kind) is not { } kind ? NotFound() : !kind.IsAllowed(scope) ? Forbid() : await AskAsync(kind, form, null, cancellationToken);

    public async Task<IActionResult> OnPostStartAsync([FromForm] BulkForm form, CancellationToken cancellationToken)
    {
        if (kinds.Find(form.Kind) is not { } kind)
        {
            return NotFound();
        }
        if (!kind.IsAllowed(scope))
        {
            return Forbid();
        }
        if (form.Problem is { } problem)
        {
            return await AskAsync(kind, form, problem, cancellationToken);
        }
        if (kind.IsDangerous && form.Devices > CountTypedAbove
            && !(int.TryParse((form.Confirm ?? "").Replace(",", "", StringComparison.Ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture, out var typed) && typed == form.Devices))
        {
            return await AskAsync(kind, form, $"Type {form.Devices} to confirm on how many devices this is.", cancellationToken);
        }
        var filter = form.All ? await ListAddress.ReadAsync(database, form.View, cancellationToken) : null;
        if (form.All && filter is null)
        {
            return await AskAsync(kind, form, "The saved view of the list is gone. Close this and look at the list again.", cancellationToken);
        }
        var made = await actions.CreateAsync(scope, form.ToRequest(filter, time.GetUtcNow()), cancellationToken);
        if (made.Succeeded)
        {
            return made.Value.Total == 1 && !form.All ? await OneAsync(made.Value.Id, cancellationToken) : Partial("_Started", made.Value);
        }
        if (made.Refusal.Code == BulkActions.StepUpRequired && !scope.IsKey)
        {
            await StepUp.AskAsync(HttpContext, scope);
            return new EmptyResult();
        }
        return await AskAsync(kind, form, made.Refusal.Detail, cancellationToken);
    }

    /// <summary>On one device it is through at once: then the page shows what came of it.</summary>
    async Task<IActionResult> OneAsync(Guid id, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(PatienceForOne);
        var action = await database.BulkActions.AsNoTracking().SingleAsync(a => a.Id == id, cancellationToken);
        try
        {
            while (RunningWork.IsOpen(action))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, patience.Token);
                action = await database.BulkActions.AsNoTracking().SingleAsync(a => a.Id == id, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Partial("_Started", action);
        }
        if (action is not { State: BulkActionState.Completed, Failed: 0, Skipped: 0 })
        {
            return Partial("_Started", action);
        }
        await actions.SeenAsync(scope, id, cancellationToken);
        var item = await database.BulkActionItems.AsNoTracking().FirstOrDefaultAsync(i => i.ActionId == id, cancellationToken);
        if (item?.CommandId is { } command)
        {
            Response.Headers["HX-Redirect"] = $"/devices/{item.DeviceId}/commands?command={command}";
            return StatusCode(StatusCodes.Status204NoContent);
        }
        Response.Toast($"{action.Title}: done.");
        Response.Headers["HX-Refresh"] = "true";
        return StatusCode(StatusCodes.Status204NoContent);
    }

    async Task<PartialViewResult> AskAsync(IBulkActionKind kind, BulkForm form, string? problem, CancellationToken cancellationToken)
    {
        (Kind, Form, Problem) = (kind, form, problem);
        Choices = kind.Name switch
        {
            "site.move" => await Pages.Choices.SitesAsync(database, cancellationToken),
            "group.add" or "group.remove" => await Pages.Choices.StaticGroupsAsync(database, cancellationToken),
            _ => [],
        };
        For = form.All ? (await ListAddress.ReadAsync(database, form.View, cancellationToken))?.Describe() ?? "" : await NamesAsync(form.Ids, cancellationToken);
        if (problem is not null)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        return Partial("_Form", this);
    }

    async Task<string> NamesAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var some = ids.Take(MostNamed).ToArray();
        var names = await database.Devices.Where(d => some.Contains(d.Id)).OrderBy(d => d.Hostname).Select(d => d.DisplayName ?? d.Hostname).ToListAsync(cancellationToken);
        return string.Join(", ", names) + (ids.Count > MostNamed ? $" and {Units.Count(ids.Count - MostNamed)} more" : "");
    }
}
