using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Pages.OnCall;

/// <summary>The people whom schedules and policies name.</summary>
static class OnCallPeople
{
    const int Most = 500;

    /// <summary>Who can be chosen: who works here within reach.</summary>
    public static async Task<IReadOnlyList<(Guid Id, string Name)>> ChoicesAsync(BreezeDbContext database, CancellationToken cancellationToken)
    {
        var users = await database.Users.AsNoTracking().Where(u => u.Status == "active" && (database.PartnerUsers.Any(m => m.UserId == u.Id) || database.OrganizationUsers.Any(m => m.UserId == u.Id)))
            .OrderBy(u => u.DisplayName).ThenBy(u => u.Id).Take(Most).Select(u => new { u.Id, u.DisplayName }).ToListAsync(cancellationToken);
        return [.. users.Select(u => (u.Id, u.DisplayName))];
    }

    public static async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(BreezeDbContext database, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct().ToArray();
        return await database.Users.Where(u => wanted.Contains(u.Id)).Select(u => new { u.Id, u.DisplayName }).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
    }
}
