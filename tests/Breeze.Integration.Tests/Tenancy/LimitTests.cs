using System.Net;
using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Tenancy;

public sealed class LimitTests(SharedServer shared)
{
    [Fact]
    public async Task Of_twenty_enrolments_at_once_as_many_succeed_as_the_limit_allows()
    {
        var place = await shared.Admin.AddOrganizationAsync(limit: 7);
        var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = place.SiteId }, 201)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => shared.Server.Client.PostTextAsync(
            "/api/v1/agents/enroll", JsonSerializer.Serialize(FakeAgent.Request(keys[i % 4].Text("key"), $"m{i}")))));
        answers.Count(a => a.StatusCode == HttpStatusCode.Created).ShouldBe(7);
        foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.Created))
        {
            (await Task.FromResult(refused).ShouldBeProblemAsync(403, "device_limit_reached")).ShouldContain("7 of the 7");
        }
        (await shared.Admin.GetJsonAsync($"/api/v1/organizations/{place.OrganizationId}")).GetProperty("device_count").GetInt32().ShouldBe(7);
        // The refused ones have not used up the key.
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT sum(uses)::bigint FROM enrollment_keys WHERE organization_id = $1", place.OrganizationId)).ShouldBe(7);
    }

    [Fact]
    public async Task A_limit_below_what_is_there_stops_new_devices_alone()
    {
        var place = await shared.Admin.AddOrganizationAsync();
        var machine = Guid.NewGuid().ToString();
        using var one = await shared.EnrolAtAsync(place.SiteId, machine);
        using var two = await shared.EnrolAtAsync(place.SiteId);
        await Http.ReadAsync(await shared.Admin.PatchAsync($"/api/v1/organizations/{place.OrganizationId}", new { max_devices = 1 }), 200);
        using var again = await shared.EnrolAtAsync(place.SiteId, machine);
        again.Id.ShouldBe(one.Id);
        await two.HeartbeatAsync();
        var key = (await shared.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = place.SiteId }, 201)).Text("key");
        await shared.Server.Client.PostTextAsync("/api/v1/agents/enroll", JsonSerializer.Serialize(FakeAgent.Request(key))).ShouldBeProblemAsync(403, "device_limit_reached");
    }
}
