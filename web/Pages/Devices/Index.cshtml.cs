using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Devices.Views;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
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
    DeviceList list, ExpressionEngine expressions, ExpressionCompletion completion, SavedViews savedViews, TableColumns tableColumns, BreezeDbContext database, AccessScope scope, EventBus bus, AgentDirectory directory, BulkKinds kinds,
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

    public bool CanSelect => kinds.All.Any(k => k.IsAllowed(scope));

    public IReadOnlyList<(Guid Id, string Name)> Groups { get; private set; } = [];

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

    PartialViewResult Refused(Refusal refusal)
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Partial("_Refusal", refusal.Detail);
    }
}

/// <summary>What the quick look shows.</summary>
public sealed record DeviceLook(DeviceRow Device, DeviceHardware? Hardware);
