using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Expressions;

public sealed class DynamicGroupTests(SharedServer shared)
{
    [Fact]
    public async Task Members_come_and_go_with_what_the_expression_finds()
    {
        var here = await shared.Admin.AddOrganizationAsync();
        using var device = await shared.EnrolAtAsync(here.SiteId);
        using var other = await shared.EnrolAtAsync(here.SiteId);
        var tag = $"t{Guid.NewGuid():n}";
        await TagAsync(device.Id, tag);
        var group = await shared.Admin.PostJsonAsync("/api/v1/groups", new { name = "Tagged", kind = "dynamic", expression = $"TAGS has {tag}", organization_id = here.OrganizationId }, 201);
        group.Text("expression").ShouldBe($"tags has \"{tag}\"");
        (await MembersAsync(group.Id())).ShouldBe([device.Id]);

        await TagAsync(device.Id, "none");
        await TagAsync(other.Id, tag);
        await Http.UntilAsync(async () => await MembersAsync(group.Id()) is [var only] && only == other.Id);
        var changes = (await shared.Admin.GetJsonAsync($"/api/v1/groups/{group.Id()}/changes")).GetProperty("data").EnumerateArray().Select(c => (c.GetProperty("device_id").GetGuid(), c.Text("change"))).ToList();
        changes.ShouldBe([(device.Id, "joined"), (device.Id, "left"), (other.Id, "joined")], ignoreOrder: true);
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM outbox_events WHERE type IN ('device.group_joined', 'device.group_left') AND payload ->> 'group_id' = $1", group.Id().ToString())).ShouldBe(3);
        await shared.Admin.SendJsonAsync("DELETE", $"/api/v1/groups/{group.Id()}", status: 204);
    }

    [Fact]
    public async Task A_group_of_an_organization_never_reaches_beyond_it()
    {
        var here = await shared.Admin.AddOrganizationAsync();
        using var technician = await shared.AddOrganizationUserAsync(here.OrganizationId, BuiltInRoles.OrganizationTechnician);
        using var mine = await shared.EnrolAtAsync(here.SiteId);
        using var foreign = await shared.EnrolAsync();
        var group = (await technician.PostJsonAsync("/api/v1/groups", new { name = "All", kind = "dynamic", expression = "hostname is not empty", organization_id = here.OrganizationId }, 201)).Id();
        (await MembersAsync(group)).ShouldBe([mine.Id]);
        await technician.SendAsync("POST", "/api/v1/groups", new { name = "wide", kind = "dynamic", expression = "live" }).ShouldBeProblemAsync(403, "reach_too_narrow");
        await shared.Admin.SendJsonAsync("DELETE", $"/api/v1/groups/{group}", status: 204);
    }

    [Fact]
    public async Task Its_members_are_not_edited_by_hand_and_its_expression_is_checked()
    {
        var here = await shared.Admin.AddOrganizationAsync();
        using var device = await shared.EnrolAtAsync(here.SiteId);
        var path = $"/api/v1/groups/{(await shared.Admin.PostJsonAsync("/api/v1/groups", new { name = "D", kind = "dynamic", expression = "live", organization_id = here.OrganizationId }, 201)).Id()}";
        (await shared.Admin.SendAsync("PUT", $"{path}/devices", new { device_ids = new[] { device.Id } }).ShouldBeProblemAsync(409, "group_dynamic")).ShouldContain("Change the expression");
        await shared.Admin.SendAsync("DELETE", $"{path}/devices", new { device_ids = new[] { device.Id } }).ShouldBeProblemAsync(409, "group_dynamic");
        await shared.Admin.SendAsync("PATCH", path, new { expression = "livee = true" }).ShouldBeProblemAsync(400, "expression_invalid");
        (await shared.Admin.SendAsync("PATCH", path, new { expression = "group has \"D\"" }).ShouldBeProblemAsync(400, "expression_invalid")).ShouldContain("other groups");
        (await shared.Admin.SendJsonAsync("PATCH", path, new { expression = "hostname is not empty" })).GetProperty("device_count").GetInt32().ShouldBe(1);
        await shared.Admin.SendAsync("POST", "/api/v1/groups", new { name = "S", kind = "static", expression = "live" }).ShouldBeProblemAsync(400, "expression_unexpected");
        await shared.Admin.SendJsonAsync("DELETE", path, status: 204);
    }

    async Task<List<Guid>> MembersAsync(Guid group) =>
        [.. (await shared.Admin.GetJsonAsync($"/api/v1/devices?group_id={group}")).GetProperty("data").EnumerateArray().Select(d => d.Id())];

    Task<JsonElement> TagAsync(Guid device, string tag) => shared.Admin.SendJsonAsync("PATCH", $"/api/v1/devices/{device}", new { tags = new[] { tag } });
}
