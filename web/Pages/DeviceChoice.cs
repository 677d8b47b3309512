using Breeze.Core.Storage;
using Breeze.Web.Frame;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages;

/// <summary>A device that is typed by its name, or by its id.</summary>
static class DeviceChoice
{
    const int Most = 200;

    /// <summary>Names to choose from: those of the site first.</summary>
    public static async Task<IReadOnlyList<string>> NamesAsync(BreezeDbContext database, Guid organizationId, Guid siteId, CancellationToken cancellationToken) =>
        await database.Devices.Where(d => d.OrganizationId == organizationId).OrderBy(d => d.SiteId != siteId).ThenBy(d => d.DisplayName ?? d.Hostname).Take(Most)
            .Select(d => d.DisplayName ?? d.Hostname).ToListAsync(cancellationToken);

    /// <summary>The one device of the organization that is called so, or what is the matter.</summary>
    public static async Task<(Guid? Id, string? Problem)> FindAsync(BreezeDbContext database, Guid organizationId, string? text, CancellationToken cancellationToken)
    {
        var pattern = Like.Exactly(text ?? "");
        var isId = Guid.TryParse(text?.Trim(), out var id);
        var found = await database.Devices
            .Where(d => d.OrganizationId == organizationId && (isId ? d.Id == id : EF.Functions.ILike(d.DisplayName!, pattern) || EF.Functions.ILike(d.Hostname, pattern)))
            .OrderBy(d => d.Id).Select(d => d.Id).Take(2).ToListAsync(cancellationToken);
        return found.Count switch
        {
            1 => (found[0], null),
            0 => (null, $"There is no device called “{text?.Trim()}” in this organization."),
            _ => (null, $"Several devices are called “{text?.Trim()}”. Enter the id of the one that you mean."),
        };
    }
}
