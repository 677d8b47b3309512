using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Devices.Views;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>The device list.</summary>
[RequirePermission(Permissions.DevicesRead)]
public sealed partial class IndexModel(
    DeviceList list, ExpressionEngine expressions, ExpressionCompletion completion, SavedViews savedViews, TableColumns tableColumns, BreezeDbContext database, AccessScope scope, IDeviceQueue queue, EventBus bus, AgentDirectory directory, DeviceMoves moves, DeviceGroups deviceGroups,
    TenantView tenant, TimeProvider time) : PageModel
{
    const int MaximumRowsAtOnce = 500;

    [BindProperty(SupportsGet = true)]
    public DeviceFilter Filter { get; set; } = new();

    /// <summary>How many rows stand above the ones to load.</summary>
    [FromQuery(Name = "shown")]
    public int Shown { get; set; }

    public IReadOnlyList<DeviceRow> Rows { get; private set; } = [];

    public string? Next { get; private set; }

    /// <summary>How many match; null until somebody has counted, for which the rows do not wait.</summary>
    [FromQuery(Name = "total")]
    public int? Total { get; set; }

    public bool CanRun => scope.Can(Permissions.ScriptsRun);

    public bool CanMove => scope.Can(Permissions.DevicesWrite);

    public bool CanGroup => scope.Can(Permissions.GroupsWrite);

    public bool CanSelect => CanRun || CanMove || CanGroup;

    public IReadOnlyList<(Guid Id, string Name)> Groups { get; private set; } = [];

    /// <summary>Where devices can move to.</summary>
    public IReadOnlyList<(Guid Id, string Name)> Sites { get; private set; } = [];

    public bool CanEnroll => scope.Can(Permissions.EnrollmentWrite);

    /// <summary>Whether the rows end with their count; rows that are only fetched again do not.</summary>
    public bool HasFoot { get; private set; } = true;

    public int ShownNow => Shown + Rows.Count;

    public DateTimeOffset Now => time.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Response.Headers.Vary = "HX-Request";
        if (!await ReadViewAsync(cancellationToken))
        {
            return NotFound();
        }
        if (Filter.Error is not null)
        {
            return await ExplainAsync(cancellationToken);
        }
        (Rows, Next) = await list.PageAsync(Filter, Columns, cancellationToken);
        if (Filter.Cursor is null)
        {
            (Shown, Total) = (0, null);
        }
        Total = Next is null ? ShownNow : Total;
        if (!Request.WantsPartial())
        {
            await ReadChoicesAsync(cancellationToken);
            return Page();
        }
        return Partial(Filter.Cursor is null ? "_List" : "_Rows", this);
    }

    /// <summary>The rows of the given devices, for a page that shows them already.</summary>
    public async Task<IActionResult> OnGetRowsAsync(string ids, string? columns, CancellationToken cancellationToken)
    {
        Columns = DeviceColumn.Of(columns?.Split(','));
        var wanted = (ids ?? "").Split(',', MaximumRowsAtOnce + 1).Take(MaximumRowsAtOnce)
            .Select(id => Guid.TryParse(id, out var parsed) ? parsed : Guid.Empty).Where(id => id != Guid.Empty).ToHashSet();
        Rows = await list.ByIdAsync(wanted, Columns, cancellationToken);
        HasFoot = false;
        return Partial("_Rows", this);
    }

    /// <summary>A device at a glance, in the drawer.</summary>
    public async Task<IActionResult> OnGetLookAsync(Guid id, CancellationToken cancellationToken)
    {
        var row = (await list.ByIdAsync([id], [], cancellationToken)).SingleOrDefault();
        if (row is null)
        {
            return NotFound();
        }
        var hardware = await database.Hardware.SingleOrDefaultAsync(h => h.DeviceId == id, cancellationToken);
        return Partial("_Look", new DeviceLook(row, hardware));
    }

    /// <summary>Says which devices changed, as long as the page listens.</summary>
    public async Task<IActionResult> OnGetStreamAsync()
    {
        if (scope.PartnerId is not { } partnerId)
        {
            return StatusCode(StatusCodes.Status204NoContent);
        }
        await using var stream = await EventStream.OpenAsync(HttpContext);
        var topic = Topics.PartnerDevices(partnerId);
        var channel = bus.Subscribe(topic);
        try
        {
            await stream.RunAsync(channel.Reader, async message =>
            {
                using var json = JsonDocument.Parse(message);
                if (json.RootElement.TryGetProperty("device_id", out var value) && value.TryGetGuid(out var id)
                    && directory.Find(id) is { } agent && scope.Reaches(agent.PartnerId, agent.OrganizationId, agent.SiteId))
                {
                    await stream.SendAsync("device", id.ToString());
                }
            });
        }
        finally
        {
            bus.Unsubscribe(topic, channel);
        }
        return new EmptyResult();
    }

    /// <summary>Moves the selected devices.</summary>
    public async Task<IActionResult> OnPostMoveAsync([FromForm] Guid[] selected, [FromForm(Name = "site_id")] Guid? siteId, CancellationToken cancellationToken)
    {
        if (!CanMove)
        {
            return Forbid();
        }
        var moved = await moves.MoveAsync(scope, selected, siteId ?? Guid.Empty, cancellationToken);
        return moved.Succeeded ? Done($"Moved {Units.Of(moved.Value.Moved, "device", "devices")}.") : Refused(moved.Refusal);
    }

    /// <summary>Adds the selected devices to a group.</summary>
    public async Task<IActionResult> OnPostGroupAsync([FromForm] Guid[] selected, [FromForm(Name = "group_id")] Guid? groupId, CancellationToken cancellationToken)
    {
        if (!CanGroup)
        {
            return Forbid();
        }
        var added = await deviceGroups.AddAsync(scope, groupId ?? Guid.Empty, selected, cancellationToken);
        return added.Succeeded ? Done($"Added {Units.Of(added.Value.Changed, "device", "devices")}.") : Refused(added.Refusal);
    }

    /// <summary>The list shows what became of it.</summary>
    StatusCodeResult Done(string text)
    {
        Response.Toast(text);
        Response.Headers["HX-Refresh"] = "true";
        return StatusCode(StatusCodes.Status204NoContent);
    }

    PartialViewResult Refused(Refusal refusal)
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Partial("_BulkProblem", refusal.Detail);
    }

    /// <summary>Queues a script on the selected devices.</summary>
    public async Task<IActionResult> OnPostRunAsync([FromForm] Guid[] selected, [FromForm] ScriptForm script, CancellationToken cancellationToken)
    {
        if (!CanRun)
        {
            return Forbid();
        }
        if (selected.Length == 0 || script.Problem is not null)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Partial("_BulkProblem", selected.Length == 0 ? "Select at least one device." : script.Problem);
        }
        if (selected.Length > scope.MassCommandLimit && !scope.IsFresh(time.GetUtcNow()))
        {
            await StepUp.AskAsync(HttpContext, scope);
            return new EmptyResult();
        }
        var queued = await queue.EnqueueAsync(scope, selected.Distinct().ToList(), script.ToCommand(), cancellationToken);
        if (queued.Count == 0)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Partial("_BulkProblem", "None of these devices takes commands now: their organization is suspended or closed, or they are gone.");
        }
        var ids = queued.Select(c => c.DeviceId).ToHashSet();
        var names = await database.Devices.Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => d.DisplayName ?? d.Hostname, cancellationToken);
        Response.Toast($"Queued on {Units.Of(queued.Count, "device", "devices")}.");
        return Partial("_BulkResult", queued.Select(c => (c.DeviceId, c.Id, Name: names.GetValueOrDefault(c.DeviceId, "?"))).ToList());
    }
}

/// <summary>What the quick look shows.</summary>
public sealed record DeviceLook(DeviceRow Device, DeviceHardware? Hardware);
