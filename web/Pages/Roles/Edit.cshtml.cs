using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Roles;

/// <summary>One role, or a new one, perhaps begun as a copy.</summary>
[RequirePermission(Core.Identity.Permissions.RolesRead)]
public sealed class EditModel(BreezeDbContext database, AccessScope scope, Core.Identity.Roles roles) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Description { get; set; }

    [BindProperty]
    public string Level { get; set; } = "partner";

    [BindProperty]
    public bool RequireMfa { get; set; }

    [BindProperty]
    public string[] Permissions { get; set; } = [];

    public Role? Role { get; private set; }

    public string? Error { get; private set; }

    public bool IsFixed => Role?.IsBuiltin == true || !scope.Can(Core.Identity.Permissions.RolesWrite) || scope.OrganizationIds is not null;

    public PermissionBoxes Boxes => PermissionBoxes.Of(scope, "role", Permissions, IsFixed);

    public async Task<IActionResult> OnGetAsync(Guid? id, Guid? from, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }
        var shown = Role ?? (from is { } other ? await database.Roles.AsNoTracking().SingleOrDefaultAsync(r => r.Id == other, cancellationToken) : null);
        if (shown is not null)
        {
            (Name, Description, Level, RequireMfa, Permissions) = (Role is null ? $"{shown.Name} (copy)" : shown.Name, shown.Description, shown.Scope, shown.RequireMfa, shown.Permissions);
        }
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid? id, CancellationToken cancellationToken)
    {
        if (!scope.Can(Core.Identity.Permissions.RolesWrite))
        {
            return Forbid();
        }
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }
        var outcome = id is { } known
            ? await roles.UpdateAsync(scope, known, new(Name ?? "", null, Permissions, Description ?? "", RequireMfa), cancellationToken)
            : await roles.CreateAsync(scope, new(Name, Level, Permissions, Description, RequireMfa), cancellationToken);
        if (outcome.Succeeded)
        {
            return Redirect("/roles");
        }
        return Refuse(outcome.Refusal);
    }

    public async Task<IActionResult> OnPostDeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!scope.Can(Core.Identity.Permissions.RolesWrite))
        {
            return Forbid();
        }
        if (await roles.DeleteAsync(scope, id, cancellationToken) is not { } refusal)
        {
            return Redirect("/roles");
        }
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }
        (Name, Description, Level, RequireMfa, Permissions) = (Role!.Name, Role.Description, Role.Scope, Role.RequireMfa, Role.Permissions);
        return Refuse(refusal);
    }

    PageResult Refuse(Refusal refusal)
    {
        Error = refusal.Detail;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    async Task<bool> LoadAsync(Guid? id, CancellationToken cancellationToken)
    {
        if (id is null)
        {
            return true;
        }
        Role = await database.Roles.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        return Role is not null;
    }
}
