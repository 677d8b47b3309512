using Breeze.Core.Identity;
using Breeze.Core.Remote.Consent;
using Breeze.Core.Storage;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Settings;

/// <summary>Where people at devices are asked before somebody works there from afar, or told.</summary>
[RequirePermission(Permissions.PartnerWrite)]
public sealed class ConsentModel(BreezeDbContext database, RemoteConsentRules rules) : PageModel
{
    [BindProperty]
    public ConsentForm Input { get; set; } = new();

    public IReadOnlyList<RemoteConsentRule> Rules { get; private set; } = [];

    public IReadOnlyDictionary<Guid, string> Organizations { get; private set; } = new Dictionary<Guid, string>();

    public string? Error { get; private set; }

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostSaveAsync(CancellationToken cancellationToken) => await AnswerAsync(
        await rules.PutAsync(
            new(Input.OrganizationId, Named(Input.DeviceType), Named(Input.Kind), Named(Input.Mode), Input.TimeoutSeconds, Named(Input.OnTimeout), Named(Input.WhenNobody)), cancellationToken),
        "Saved. It holds for sessions that begin from now on.", cancellationToken);

    public async Task<IActionResult> OnPostRemoveAsync(Guid rule, CancellationToken cancellationToken) =>
        await AnswerAsync(await rules.RemoveAsync(rule, cancellationToken), "Removed.", cancellationToken);

    async Task<IActionResult> AnswerAsync(Refusal? refusal, string done, CancellationToken cancellationToken)
    {
        if (refusal is null)
        {
            Response.Toast(done);
            return Redirect("/settings/consent");
        }
        Error = refusal.Detail;
        await LoadAsync(cancellationToken);
        return this.Refused(refusal);
    }

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        Rules = await rules.ListAsync(cancellationToken);
        Organizations = await database.Organizations.AsNoTracking().OrderBy(o => o.Name).ToDictionaryAsync(o => o.Id, o => o.Name, cancellationToken);
    }

    static string? Named(string? value) => string.IsNullOrEmpty(value) ? null : value;
}

/// <summary>A rule as the form has it; an empty choice is all of them.</summary>
public sealed class ConsentForm
{
    public Guid? OrganizationId { get; set; }

    public string? DeviceType { get; set; }

    public string? Kind { get; set; }

    public string? Mode { get; set; } = "ask";

    public int? TimeoutSeconds { get; set; } = 30;

    public string? OnTimeout { get; set; } = "deny";

    public string? WhenNobody { get; set; } = "allow";
}
