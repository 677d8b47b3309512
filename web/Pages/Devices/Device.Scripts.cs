using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Features.Scripts;
using Breeze.Web.Frame;
using Breeze.Web.Pages.Scripts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>Stored scripts on the device's page.</summary>
public sealed partial class DeviceModel
{
    /// <summary>Those that can run here.</summary>
    public IReadOnlyList<(Guid Id, string Name)> StoredScripts { get; private set; } = [];

    /// <summary>The one that was chosen; null when one is written here.</summary>
    public Script? Stored { get; private set; }

    public ParameterFields StoredFields => new(ScriptParameter.Read(Stored!.Parameters), null);

    public bool CanRunStored => StoredScript.IsRunAllowed(scope);

    /// <summary>Runs a stored script on this device now.</summary>
    public async Task<IActionResult> OnPostRunStoredAsync(
        [FromForm] Guid script, [FromForm(Name = "Values")] Dictionary<string, string?> values, [FromForm] int timeout, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        if (!CanRunStored)
        {
            return Forbid();
        }
        var started = await scriptRuns.StartAsync(scope, script, new([Id], ParameterFields.Typed(values), JsonSerializer.SerializeToElement(timeout)), cancellationToken);
        if (!started.Succeeded)
        {
            return started.Refusal.Kind == RefusalKind.NotFound ? NotFound() : Unprocessable(started.Refusal.Detail);
        }
        Command = await commands.FindAsync(Id, started.Value.CommandId, cancellationToken);
        return Request.WantsPartial() ? Partial("_Command", this) : Redirect($"/devices/{Id}/commands?command={started.Value.CommandId}");
    }

    async Task LoadStoredAsync(Guid? chosen, CancellationToken cancellationToken)
    {
        if (!CanRunStored)
        {
            return;
        }
        var here = scripts.Scripts.AsNoTracking().Where(s => (s.OrganizationId == null || s.OrganizationId == Device.OrganizationId) && Runtimes.Contains(s.Runtime));
        StoredScripts = [.. (await here.OrderBy(s => s.Name.ToLower()).ThenBy(s => s.Id).Select(s => new { s.Id, s.Name }).Take(ScriptLimits.MostOfAPartner).ToListAsync(cancellationToken)).Select(s => (s.Id, s.Name))];
        Stored = chosen is null ? null : await here.SingleOrDefaultAsync(s => s.Id == chosen, cancellationToken);
    }
}
