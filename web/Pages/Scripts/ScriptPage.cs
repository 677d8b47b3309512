using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Scripts;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Breeze.Web.Pages.Scripts;

/// <summary>What the pages of a new script and of one that is there have in common: the form.</summary>
public abstract class ScriptPage(BreezeDbContext database, ScriptRuntimes runtimes, AccessScope scope) : PageModel
{
    [BindProperty]
    public ScriptInput Input { get; set; } = new();

    /// <summary>Null for a new one.</summary>
    public Script? Stored { get; protected set; }

    public IReadOnlyList<string> Runtimes { get; private set; } = [];

    public IReadOnlyList<(Guid Id, string Name)> Organizations { get; private set; } = [];

    public string? Error { get; protected set; }

    /// <summary>Whether a script for all organizations is theirs to make.</summary>
    public bool CanSpan => scope.OrganizationIds is null;

    public abstract bool CanWrite { get; }

    protected async Task LoadChoicesAsync(CancellationToken cancellationToken)
    {
        Runtimes = await runtimes.ListAsync(cancellationToken);
        Organizations = Stored is null ? await Choices.OrganizationsAsync(database, cancellationToken) : [];
    }

    /// <summary>The way to confirm who it is, when that is all that is missing.</summary>
    protected async Task<IActionResult?> AskAsync(Refusal? refusal)
    {
        if (refusal?.Code != BulkActions.StepUpRequired || scope.IsKey)
        {
            return null;
        }
        await StepUp.AskAsync(HttpContext, scope);
        return new EmptyResult();
    }
}
