using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.Users;

/// <summary>What a membership gives, as the form asks for it.</summary>
public sealed class PlacementForm
{
    /// <summary>For the partner <c>all</c>, <c>selected</c> or <c>none</c> of the organizations; else <c>organization</c>.</summary>
    public string Level { get; set; } = "all";

    public Guid? PartnerRoleId { get; set; }
    public Guid? OrganizationRoleId { get; set; }
    public Guid? OrganizationId { get; set; }
    public Guid[] OrganizationIds { get; set; } = [];
    public Guid[] SiteIds { get; set; } = [];

    public bool IsOrganization => Level == "organization";

    public Placement ToPlacement() => IsOrganization
        ? new(OrganizationRoleId ?? default, OrganizationId ?? default(Guid), "all", [], SiteIds.Length == 0 ? null : SiteIds)
        : new(PartnerRoleId ?? default, null, Level, OrganizationIds, null);
}

/// <summary>What the form offers: no more than the person at it may give.</summary>
public sealed record PlacementChoices(
    IReadOnlyList<Role> PartnerRoles, IReadOnlyList<Role> OrganizationRoles, IReadOnlyList<(Guid Id, string Name)> Organizations,
    IReadOnlyList<(Guid Id, Guid OrganizationId, string Name)> Sites, bool MayGivePartner)
{
    const int Most = 500;

    public static async Task<PlacementChoices> ReadAsync(BreezeDbContext database, AccessScope scope, CancellationToken cancellationToken)
    {
        var roles = (await database.Roles.AsNoTracking().OrderBy(r => r.PartnerId != null).ThenBy(r => r.Id).ToListAsync(cancellationToken)).Where(r => Authority.Covers(scope, r.Permissions)).ToList();
        var organizations = await database.Organizations.Where(o => o.Status != TenantStatus.Closed).OrderBy(o => o.Name).Take(Most).Select(o => new { o.Id, o.Name }).ToListAsync(cancellationToken);
        var sites = await (from s in database.Sites
                           join o in database.Organizations on s.OrganizationId equals o.Id
                           where o.Status != TenantStatus.Closed
                           orderby o.Name, s.Name
                           select new { s.Id, s.OrganizationId, s.Name, Organization = o.Name }).Take(Most).ToListAsync(cancellationToken);
        return new(
            [.. roles.Where(r => r.Scope == "partner")], [.. roles.Where(r => r.Scope == "organization")], [.. organizations.Select(o => (o.Id, o.Name))],
            [.. sites.Select(s => (s.Id, s.OrganizationId, $"{s.Organization} › {s.Name}"))], scope.OrganizationIds is null);
    }
}

/// <summary>The form and what it offers; on a person's page the level stays.</summary>
public sealed record PlacementView(PlacementForm Form, PlacementChoices Choices, string Id, bool LevelStays = false);
