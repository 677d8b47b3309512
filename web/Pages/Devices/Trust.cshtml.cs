using Breeze.Core.Devices;
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

/// <summary>Approval, quarantine and the token of a device.</summary>
[RequirePermission(Permissions.DevicesManage)]
public sealed class TrustModel(BreezeDbContext database, AccessScope scope, DeviceTrust trust, AgentDirectory directory) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    public Device Device { get; private set; } = null!;

    public string Name => Device.DisplayName ?? Device.Hostname;

    public DateTimeOffset? TokenMadeAt => directory.Find(Id)?.TokenCreatedAt is { Ticks: > 0 } at ? at : null;

    public string? Error { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken) ? Page() : NotFound();

    public Task<IActionResult> OnPostApproveAsync(CancellationToken cancellationToken) =>
        ActAsync("Approved.", () => trust.ApproveAsync(scope, Id, cancellationToken), cancellationToken);

    public async Task<IActionResult> OnPostQuarantineAsync(string? reason, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(reason) && reason.Length <= DeviceTrust.MaximumReason)
        {
            return await ActAsync("In quarantine.", () => trust.QuarantineAsync(scope, Id, reason, cancellationToken), cancellationToken);
        }
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Error = $"Say why, in 1 to {DeviceTrust.MaximumReason} characters: whoever finds the device cut off will want to know.";
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public Task<IActionResult> OnPostReleaseAsync(CancellationToken cancellationToken) =>
        ActAsync("Released.", () => trust.ReleaseAsync(scope, Id, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostRotateAsync(CancellationToken cancellationToken) => ActAsync("The agent gets its next token with its next check-in.", async () =>
        {
            await trust.RequestRotationAsync(scope, Id, cancellationToken);
            return true;
        }, cancellationToken);

    public Task<IActionResult> OnPostRevokeAsync(CancellationToken cancellationToken) => ActAsync("The token has ended.", async () =>
        {
            await trust.RevokeTokensAsync(scope, Id, cancellationToken);
            return true;
        }, cancellationToken);

    async Task<IActionResult> ActAsync(string done, Func<Task<bool>> act, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        var changed = await act();
        Response.Toast(changed ? done : "Somebody else has done that already.", changed);
        await LoadAsync(cancellationToken);
        return Request.WantsPartial() || Request.Headers.ContainsKey("HX-Request") ? Page() : Redirect($"/devices/{Id}/trust");
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var device = await database.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == Id, cancellationToken);
        Device = device!;
        return device is not null;
    }
}
