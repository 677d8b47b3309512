using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Storage;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>Shells on a device, in the browser.</summary>
[RequirePermission(Permissions.RemoteTerminal)]
[RequireStepUp(Handlers = "Open")]
public sealed class TerminalModel(BreezeDbContext database, RemoteSessions sessions) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public string Name { get; private set; } = "";

    public bool IsOnline { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await database.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == Id, cancellationToken) is not { } device)
        {
            return NotFound();
        }
        Name = device.DisplayName ?? device.Hostname;
        IsOnline = device.Status is DeviceStatus.Online or DeviceStatus.Maintenance;
        return Page();
    }

    public async Task<IActionResult> OnPostOpenAsync(CancellationToken cancellationToken)
    {
        var outcome = await sessions.StartAsync(new RemoteAsk(Id, RemoteKinds.Terminal, false, null), cancellationToken);
        if (outcome.Succeeded)
        {
            return Partial("_TerminalPane", outcome.Value);
        }
        Response.StatusCode = outcome.Refusal.Kind == RefusalKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity;
        return Partial("_Refusal", outcome.Refusal.Detail);
    }
}
