using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Devices.Bulk;

/// <summary>The group that an action names, checked under the scope of who asks.</summary>
static class GroupOf
{
    public static async Task<Outcome<BulkPlan>> PlanAsync(Database database, AccessScope scope, JsonElement parameters, string title, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        var id = parameters.Id("group_id");
        if (id is null || await context.DeviceGroups.AsNoTracking().SingleOrDefaultAsync(g => g.Id == id, cancellationToken) is not { } group)
        {
            return Refusal.NotFound("device_group");
        }
        if (group.Kind == "dynamic")
        {
            return Refusal.Conflict("group_dynamic", "The members of this group are found by its expression. Change the expression, or make a static group to pick devices by hand.");
        }
        return group.OrganizationId is null && scope.OrganizationIds is not null
            ? Refusal.Forbidden("reach_too_narrow", "A group across organizations belongs to those who reach all of them.")
            : new BulkPlan(string.Format(System.Globalization.CultureInfo.InvariantCulture, title, group.Name), JsonSerializer.Serialize(new { group_id = group.Id, group = group.Name }));
    }
}
