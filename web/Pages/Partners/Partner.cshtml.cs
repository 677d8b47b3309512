using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Frame;
using Breeze.Web.Hosting;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Partners;

/// <summary>One partner, as the platform sees it.</summary>
[RequirePermission(Permissions.PartnersManage)]
[RequireStepUp(Handlers = "Invite,Delete")]
public sealed class PartnerModel(
    Core.Tenancy.Partners partners, FirstAdministrators first, AccountMails mails, PublicLinks links, AccessScope scope) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public PartnerForm Input { get; set; } = new();

    public PartnerItem Partner { get; private set; } = null!;

    public string? Error { get; private set; }

    [BindProperty]
    public string? Email { get; set; }

    /// <summary>Whether nobody belongs to it yet.</summary>
    public bool NeedsAdministrator { get; private set; }

    /// <summary>The link of an invitation that was just made; shown this once.</summary>
    public (string Email, string Url, bool Mailed)? Link { get; private set; }

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

    public async Task<IActionResult> OnPostInviteAsync(CancellationToken cancellationToken)
    {
        var created = await first.InviteAsync(scope, Id, Email, cancellationToken);
        if (!created.Succeeded)
        {
            return await AnswerAsync(created.Refusal, "", cancellationToken);
        }
        Link = (created.Value.Invitation.Email, links.ForDisplay(Request, AccountMails.InvitationPath(created.Value.Token)), mails.SendInvitation(created.Value, scope.ActorName));
        Response.Headers.CacheControl = "no-store";
        return await OnGetAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostSuspendAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await partners.SuspendAsync(scope, Id, cancellationToken), "Suspended.", cancellationToken);

    public async Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await partners.ResumeAsync(scope, Id, cancellationToken), "Resumed.", cancellationToken);

    public async Task<IActionResult> OnPostCloseAsync(string? confirm, CancellationToken cancellationToken) =>
        await AnswerAsync(await partners.CloseAsync(scope, Id, confirm, cancellationToken), "Closed.", cancellationToken);

    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken) =>
        await partners.DeleteAsync(scope, Id, cancellationToken) is { } refusal ? await AnswerAsync(refusal, "", cancellationToken) : Redirect("/partners");

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
        NeedsAdministrator = partner is not null && await first.IsNeededAsync(Id, cancellationToken);
        return partner is not null;
    }
}
