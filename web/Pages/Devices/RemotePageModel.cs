using System.Text.Json;
using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Devices;

/// <summary>A device's page on which one kind of remote session runs.</summary>
/// <param name="database">Where the device is.</param>
/// <param name="sessions">What sessions are asked of.</param>
/// <param name="kind">One of <see cref="RemoteKinds"/>.</param>
/// <param name="opened">The part that a session's ticket comes in.</param>
public abstract class RemotePageModel(BreezeDbContext database, RemoteSessions sessions, string kind, string opened) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public string Name { get; private set; } = "";

    public bool IsOnline { get; private set; }

    /// <summary>One's own sessions here that still run, to which one can return.</summary>
    public IReadOnlyList<RemoteSession> Living { get; private set; } = [];

    /// <summary>Whether the session to open may only look.</summary>
    protected virtual bool ViewOnly => false;

    /// <summary>What the session to open is asked for besides.</summary>
    protected virtual JsonElement? Options => null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await database.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == Id, cancellationToken) is not { } device)
        {
            return NotFound();
        }
        Name = device.DisplayName ?? device.Hostname;
        IsOnline = device.Status is DeviceStatus.Online or DeviceStatus.Maintenance;
        Living = await sessions.LivingAsync(Id, kind, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostOpenAsync(CancellationToken cancellationToken)
    {
        return Answer(await sessions.StartAsync(new RemoteAsk(Id, kind, ViewOnly, Options), cancellationToken));
    }

    public async Task<IActionResult> OnPostReturnAsync(Guid session, CancellationToken cancellationToken) => Answer(await sessions.ReturnAsync(session, cancellationToken));

    PartialViewResult Answer(Outcome<RemoteTicket> outcome)
    {
        if (outcome.Succeeded)
        {
            return Partial(opened, outcome.Value);
        }
        Response.StatusCode = outcome.Refusal.Kind == RefusalKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity;
        return Partial("_Refusal", outcome.Refusal.Detail);
    }
}
