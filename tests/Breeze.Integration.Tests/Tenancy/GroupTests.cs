using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Tenancy;

public sealed class GroupTests(SharedServer shared)
{
    [Fact]
    public async Task A_group_takes_devices_of_its_organization_and_lets_them_go()
    {
        var here = await shared.Admin.AddOrganizationAsync();
        using var mine = await shared.EnrolAtAsync(here.SiteId);
        using var other = await shared.EnrolAsync();
        var group = await shared.Admin.PostJsonAsync("/api/v1/groups", new { name = "Servers", organization_id = here.OrganizationId }, 201);
        var path = $"/api/v1/groups/{group.Id()}";
        await shared.Admin.SendAsync("POST", "/api/v1/groups", new { name = "Servers", organization_id = here.OrganizationId }).ShouldBeProblemAsync(409, "name_taken");
        await shared.Admin.SendAsync("PUT", $"{path}/devices", new { device_ids = new[] { mine.Id, other.Id } }).ShouldBeProblemAsync(409, "device_of_other_organization");
        await shared.Admin.SendJsonAsync("PUT", $"{path}/devices", new { device_ids = new[] { mine.Id } });
        (await shared.Admin.SendJsonAsync("PUT", $"{path}/devices", new { device_ids = new[] { mine.Id } })).GetProperty("changed").GetInt32().ShouldBe(0);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices?group_id={group.Id()}")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem().Id().ShouldBe(mine.Id);
        (await shared.Admin.SendJsonAsync("PATCH", path, new { name = "Hosts" })).Text("name").ShouldBe("Hosts");
        (await shared.Admin.SendJsonAsync("DELETE", $"{path}/devices", new { device_ids = new[] { mine.Id } })).GetProperty("changed").GetInt32().ShouldBe(1);
        await shared.Admin.SendJsonAsync("DELETE", path, status: 204);
        await shared.Admin.GetAsync(path, TestContext.Current.CancellationToken).ShouldBeProblemAsync(404);
    }

    [Fact]
    public async Task Who_reaches_one_organization_changes_only_its_groups()
    {
        var here = await shared.Admin.AddOrganizationAsync();
        using var technician = await shared.AddOrganizationUserAsync(here.OrganizationId, BuiltInRoles.OrganizationTechnician);
        using var foreign = await shared.EnrolAsync();
        var wide = (await shared.Admin.PostJsonAsync("/api/v1/groups", new { name = $"wide {Guid.NewGuid():n}" }, 201)).Id();
        var own = (await technician.PostJsonAsync("/api/v1/groups", new { name = "own", organization_id = here.OrganizationId }, 201)).Id();
        await technician.SendAsync("POST", "/api/v1/groups", new { name = "wide" }).ShouldBeProblemAsync(403, "reach_too_narrow");
        await technician.SendAsync("POST", "/api/v1/groups", new { name = "wide", organization_id = shared.OrganizationId }).ShouldBeProblemAsync(404);
        await technician.SendAsync("DELETE", $"/api/v1/groups/{wide}").ShouldBeProblemAsync(403, "reach_too_narrow");
        await technician.SendAsync("PUT", $"/api/v1/groups/{own}/devices", new { device_ids = new[] { foreign.Id } }).ShouldBeProblemAsync(404, "device_not_found");
    }
}
