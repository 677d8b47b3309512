using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Partners;

/// <summary>One partner, as the platform sees it.</summary>
[RequirePermission(Permissions.PartnersManage)]
public sealed class PartnerModel(Core.Tenancy.Partners partners, AccessScope scope) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public PartnerForm Input { get; set; } = new();

    public PartnerItem Partner { get; private set; } = null!;

    public string? Error { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input = new() { Name = Partner.Name, MaxDevices = Partner.MaxDevices };
        return Page();
    }

    public async Task<IActionResult> OnPostEditAsync(CancellationToken cancellationToken) =>
        await AnswerAsync((await partners.UpdateAsync(scope, Id, new(Input.Name ?? "", new(true, Input.MaxDevices)), cancellationToken)).Refusal, "Saved.", cancellationToken);

    public async Task<IActionResult> OnPostSuspendAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await partners.SuspendAsync(scope, Id, cancellationToken), "Suspended.", cancellationToken);

    public async Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await partners.ResumeAsync(scope, Id, cancellationToken), "Resumed.", cancellationToken);

    public async Task<IActionResult> OnPostCloseAsync(string? confirm, CancellationToken cancellationToken) =>
        await AnswerAsync(await partners.CloseAsync(scope, Id, confirm, cancellationToken), "Closed.", cancellationToken);

    async Task<IActionResult> AnswerAsync(Refusal? refusal, string done, CancellationToken cancellationToken)
    {
        if (refusal is null)
        {
            Response.Toast(done);
            return Redirect($"/partners/{Id}");
        }
        Error = refusal.Detail;
        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }
        Input.Name ??= Partner.Name;
        return this.Refused(refusal);
    }

    async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var partner = await partners.FindAsync(scope, Id, cancellationToken);
        Partner = partner!;
        return partner is not null;
    }
}
