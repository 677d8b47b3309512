using Breeze.Core.Identity;
using Breeze.Core.Tenancy;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>Somebody who may be told, and how.</summary>
sealed record EscalationPerson(Guid Id, string Name, bool IsActive, IReadOnlyList<AccessScope> Scopes, IReadOnlyList<(Guid OrganizationId, Guid? SiteId)> Denied, IReadOnlyList<PersonalAddress> Addresses)
{
    /// <summary>Whether they still work here and see what they would be told of.</summary>
    public bool Sees(Guid partnerId, Guid? organizationId, Guid? siteId) => IsActive
        && !Denied.Any(d => d.OrganizationId == organizationId && (d.SiteId is null || d.SiteId == siteId)) && Scopes.Any(s =>
        s.PartnerId == partnerId && s.Can(Permissions.AlertsRead)
        && (organizationId is { } organization ? s.OrganizationIds is null || s.OrganizationIds.Contains(organization) : s.OrganizationIds is null)
        && (s.SiteIds is null || (siteId is { } site && s.SiteIds.Contains(site))));
}

/// <summary>An address of somebody's on a channel that is switched on.</summary>
sealed record PersonalAddress(Guid ChannelId, string Channel, Guid? OrganizationId, string Recipient);
