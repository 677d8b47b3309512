using System.Globalization;
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
public sealed class IndexModel(
    BulkActions actions, BulkKinds kinds, RunningWork work, BreezeDbContext database, AccessScope scope, EventBus bus, TimeProvider time) : PageModel
{
    const int PageSize = 50;
    const int CountTypedAbove = 10;
    static readonly TimeSpan PatienceForOne = TimeSpan.FromSeconds(3);

    public IReadOnlyList<BulkAction> Rows { get; private set; } = [];

    public IReadOnlyDictionary<Guid, string> People { get; private set; } = new Dictionary<Guid, string>();

    public string? Next { get; private set; }

    public BulkForm Form { get; private set; } = new();

    public IBulkActionKind Kind { get; private set; } = null!;

    public string? Problem { get; private set; }

    public IReadOnlyList<(Guid Id, string Name)> Choices { get; private set; } = [];

    public bool MustTypeCount => Kind.IsDangerous && Form.Devices > CountTypedAbove;

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

    /// <summary>The dialog of a kind; by POST, since many devices do not fit into an address.</summary>
    public async Task<IActionResult> OnPostFormAsync([FromForm] BulkForm form, CancellationToken cancellationToken) =>
        kinds.Find(form.Kind) is not { } kind ? NotFound() : !scope.Can(kind.Permission) ? Forbid() : await AskAsync(kind, form, null, cancellationToken);

    public async Task<IActionResult> OnPostStartAsync([FromForm] BulkForm form, CancellationToken cancellationToken)
    {
        if (kinds.Find(form.Kind) is not { } kind)
        {
            return NotFound();
        }
        if (!scope.Can(kind.Permission))
        {
            return Forbid();
        }
        if (kind.IsDangerous && form.Devices > CountTypedAbove
            && !(int.TryParse((form.Confirm ?? "").Replace(",", "", StringComparison.Ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture, out var typed) && typed == form.Devices))
        {
            return await AskAsync(kind, form, $"Type {form.Devices} to confirm on how many devices this is.", cancellationToken);
        }
        var made = await actions.CreateAsync(scope, form.ToRequest(time.GetUtcNow()), cancellationToken);
        if (!made.Succeeded)
        {
            if (made.Refusal.Code == BulkActions.StepUpRequired && !scope.IsKey)
            {
                await StepUp.AskAsync(HttpContext, scope);
                return new EmptyResult();
            }
            return await AskAsync(kind, form, made.Refusal.Detail, cancellationToken);
        }
        return made.Value.Total == 1 ? await OneAsync(made.Value.Id, cancellationToken) : Partial("_Started", made.Value);
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
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, patience.Token);
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
            "group.add" or "group.remove" => [.. (await database.DeviceGroups.Where(g => g.Kind == "static").OrderBy(g => g.Name).Take(2000).Select(g => new { g.Id, g.Name }).ToListAsync(cancellationToken))
                .Select(g => (g.Id, g.Name))],
            _ => [],
        };
        if (problem is not null)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        return Partial("_Form", this);
    }
}
