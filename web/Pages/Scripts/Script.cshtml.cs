using System.Globalization;
using System.Text.Json;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Scripts;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Scripts;

/// <summary>One stored script: its form, the dialog that runs it, and where it ran last.</summary>
[RequirePermission(Permissions.ScriptsRead)]
public sealed class ScriptModel(
    ScriptsDbContext context, BreezeDbContext database, ScriptRuntimes runtimes, ScriptLibrary library, ScriptRuns runs, RunRows rows, ExpressionEngine expressions, AccessScope scope, TenantView tenant)
    : ScriptPage(database, runtimes, scope)
{
    const int ShownRuns = 20;
    const int ShownDevices = 50;
    const int CountTypedAbove = 10;

    readonly BreezeDbContext _database = database;
    readonly AccessScope _scope = scope;

    [FromRoute]
    public Guid Id { get; set; }

    public string Place { get; private set; } = "";

    public string? ChangedBy { get; private set; }

    public IReadOnlyList<ScriptParameter> Parameters { get; private set; } = [];

    public IReadOnlyList<RunRow> Runs { get; private set; } = [];

    /// <summary>The devices to choose from: those that are chosen, and those that are called as it was typed.</summary>
    public IReadOnlyList<RunDevice> Devices { get; private set; } = [];

    public Dictionary<string, string?>? Values { get; private set; }

    public int Timeout { get; private set; }

    public string? RunError { get; private set; }

    /// <summary>Whether it is on so many devices that their count is typed.</summary>
    public bool MustTypeCount { get; private set; }

    public override bool CanWrite => Stored is { } script && ScriptLibrary.MayWrite(_scope, script.OrganizationId);

    public bool CanRun => StoredScript.IsRunAllowed(_scope);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = ScriptInput.Of(Stored!);
        return Page();
    }

    /// <summary>The devices that are called as is typed, and those that were chosen before.</summary>
    public async Task<IActionResult> OnGetDevicesAsync(string? q, Guid[] device, CancellationToken cancellationToken)
    {
        if (await context.Scripts.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken) is not { } script)
        {
            return NotFound();
        }
        Stored = script;
        return Partial("_RunDevices", await FindDevicesAsync(q, device, cancellationToken));
    }

    public async Task<IActionResult> OnPostAsync(string? change, CancellationToken cancellationToken)
    {
        if (!_scope.Can(Permissions.ScriptsWrite))
        {
            return Forbid();
        }
        if (change is not null)
        {
            Input.Change(change);
            ModelState.Clear();
            return await LoadAsync(cancellationToken) ? Page() : NotFound();
        }
        var saved = await library.SaveAsync(_scope, Id, Input.Draft(), cancellationToken);
        return saved.Succeeded ? Done("Saved.") : await RefusedAsync(saved.Refusal, cancellationToken);
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        if (!_scope.Can(Permissions.ScriptsWrite))
        {
            return Forbid();
        }
        if (await library.DeleteAsync(_scope, Id, cancellationToken) is not { } refusal)
        {
            Response.Toast("Deleted.");
            return Redirect(tenant.Link("/scripts"));
        }
        return await RefusedAsync(refusal, cancellationToken);
    }

    public async Task<IActionResult> OnPostRunAsync(
        [FromForm(Name = "Values")] Dictionary<string, string?> values, [FromForm] Guid[] device, [FromForm] int timeout, [FromForm] string? q, [FromForm] string? confirm, CancellationToken cancellationToken)
    {
        if (!CanRun)
        {
            return Forbid();
        }
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        MustTypeCount = device.Length > CountTypedAbove;
        if (MustTypeCount && confirm?.Trim() != device.Length.ToString(CultureInfo.InvariantCulture))
        {
            return await AgainAsync($"Type {device.Length} to confirm on how many devices it runs.");
        }
        var started = await runs.StartAsync(_scope, Id, new(device, ParameterFields.Typed(values), JsonSerializer.SerializeToElement(timeout)), cancellationToken);
        if (!started.Succeeded)
        {
            return await AskAsync(started.Refusal) is { } asked ? asked : await AgainAsync(device.Length == 0 ? "Choose the devices to run it on." : started.Refusal.Detail);
        }
        var path = started.Value is { CommandId: { } command, DeviceId: { } one } ? $"/devices/{one}/commands?command={command}" : $"/actions/{started.Value.ActionId}";
        if (!Request.WantsPartial())
        {
            return Redirect(path);
        }
        Response.Headers["HX-Redirect"] = path;
        return StatusCode(StatusCodes.Status204NoContent);

        async Task<IActionResult> AgainAsync(string problem)
        {
            (RunError, Values, Timeout) = (problem, values, timeout);
            Devices = await FindDevicesAsync(q, device, cancellationToken);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Request.WantsPartial() ? Partial("_Run", this) : Page();
        }
    }

    RedirectResult Done(string text)
    {
        Response.Toast(text);
        return Redirect(tenant.Link($"/scripts/{Id}"));
    }

    async Task<IActionResult> RefusedAsync(Refusal refusal, CancellationToken cancellationToken)
    {
        if (await AskAsync(refusal) is { } asked)
        {
            return asked;
        }
        Error = refusal.Detail;
        return await LoadAsync(cancellationToken) ? this.Refused(refusal) : NotFound();
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await context.Scripts.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id, cancellationToken) is not { } script)
        {
            return false;
        }
        (Stored, Parameters, Timeout) = (script, ScriptParameter.Read(script.Parameters), script.TimeoutSeconds);
        await LoadChoicesAsync(cancellationToken);
        Place = script.OrganizationId is not { } organization ? "For all organizations"
            : $"For {await _database.Organizations.Where(o => o.Id == organization).Select(o => o.Name).FirstOrDefaultAsync(cancellationToken)}";
        ChangedBy = await _database.Users.Where(u => u.Id == script.UpdatedBy).Select(u => u.DisplayName).FirstOrDefaultAsync(cancellationToken);
        Runs = await rows.OfAsync(Id, ShownRuns, cancellationToken);
        Devices = CanRun ? await FindDevicesAsync(null, [], cancellationToken) : [];
        return true;
    }

    async Task<IReadOnlyList<RunDevice>> FindDevicesAsync(string? text, Guid[] chosen, CancellationToken cancellationToken)
    {
        await tenant.ResolveAsync(cancellationToken);
        var organization = Stored!.OrganizationId ?? tenant.OrganizationId;
        var found = (await expressions.ParseAsync(QuickSearch.Expression(text ?? ""), cancellationToken)).Expression;
        var devices = await (found is null ? _database.Devices : expressions.Filter(_database, found))
            .Where(d => (organization == null || d.OrganizationId == organization) && (tenant.SiteId == null || d.SiteId == tenant.SiteId) && !chosen.Contains(d.Id))
            .OrderBy(d => (d.DisplayName ?? d.Hostname).ToLower()).ThenBy(d => d.Id).Take(ShownDevices).Select(d => d.Id).ToListAsync(cancellationToken);
        var ids = chosen.Concat(devices).ToArray();
        var choices = await _database.Devices.Where(d => ids.Contains(d.Id)).Select(d => new RunDevice(
            d.Id, d.DisplayName ?? d.Hostname, _database.Organizations.Where(o => o.Id == d.OrganizationId).Select(o => o.Name).FirstOrDefault() ?? "", d.Status, chosen.Contains(d.Id))).ToListAsync(cancellationToken);
        return [.. choices.OrderByDescending(r => r.IsChosen).ThenBy(r => r.Name, StringComparer.OrdinalIgnoreCase)];
    }
}

/// <summary>A device to choose.</summary>
public sealed record RunDevice(Guid Id, string Name, string Place, string Status, bool IsChosen);
