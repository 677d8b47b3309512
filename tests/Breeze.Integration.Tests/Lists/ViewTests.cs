using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Lists;

/// <summary>Saved views over HTTP.</summary>
public sealed class ViewTests(SharedServer shared)
{
    const string Path = "/api/v1/saved-views";

    [Fact]
    public async Task A_view_is_made_changed_and_removed_by_its_owner()
    {
        var tenant = await shared.AddPartnerAsync("Views");
        var view = await tenant.Admin.PostJsonAsync(Path, new { name = "Old", expression = "status = offline", sort = "-seen", columns = new[] { "name", "custom.rack" } }, 201);
        (view.Text("page"), view.GetProperty("is_own").GetBoolean(), view.GetProperty("is_shared").GetBoolean()).ShouldBe(("devices", true, false));
        await tenant.Admin.SendAsync("POST", Path, new { name = "Old" }).ShouldBeProblemAsync(409, "name_taken");
        (await tenant.Admin.SendJsonAsync("PATCH", $"{Path}/{view.Id()}", new { name = "Away" })).Text("expression").ShouldBe("status = offline");
        (await tenant.Admin.GetJsonAsync($"{Path}?page=devices")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem().Text("name").ShouldBe("Away");
        (await tenant.Admin.GetJsonAsync($"{Path}?page=alerts")).GetProperty("data").GetArrayLength().ShouldBe(0);
        await tenant.Admin.SendJsonAsync("DELETE", $"{Path}/{view.Id()}", status: 204);
        await tenant.Admin.SendAsync("DELETE", $"{Path}/{view.Id()}").ShouldBeProblemAsync(404, "saved_view_not_found");
        var actions = (await tenant.Admin.GetJsonAsync("/api/v1/audit?limit=50")).GetProperty("data").EnumerateArray().Select(a => a.Text("action")).ToList();
        actions.ShouldContain("saved_view.created");
        actions.ShouldContain("saved_view.updated");
        actions.ShouldContain("saved_view.deleted");
    }

    [Fact]
    public async Task A_shared_view_is_seen_by_the_partner_alone_and_changed_by_its_owner_alone()
    {
        var tenant = await shared.AddPartnerAsync("Sharing");
        var other = await shared.AddPartnerAsync("Elsewhere");
        using var viewer = await shared.AddUserAsync(tenant.PartnerId, BuiltInRoles.PartnerViewer);
        var view = (await tenant.Admin.PostJsonAsync(Path, new { name = "Ours", is_shared = true }, 201)).Id();
        await tenant.Admin.PostJsonAsync(Path, new { name = "Mine" }, 201);
        var seen = (await viewer.GetJsonAsync(Path)).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        (seen.Id(), seen.GetProperty("is_own").GetBoolean()).ShouldBe((view, false));
        await viewer.SendAsync("PATCH", $"{Path}/{view}", new { name = "Theirs" }).ShouldBeProblemAsync(403, "view_of_other");
        await viewer.SendAsync("DELETE", $"{Path}/{view}").ShouldBeProblemAsync(403, "view_of_other");
        await other.Admin.SendAsync("PATCH", $"{Path}/{view}", new { name = "Theirs" }).ShouldBeProblemAsync(404);
        await viewer.SendAsync("POST", Path, new { name = "Mine too", is_shared = true }).ShouldBeProblemAsync(403, "sharing_forbidden");
        await viewer.PostJsonAsync(Path, new { name = "Mine too" }, 201);
    }

    [Fact]
    public async Task A_view_that_makes_no_sense_is_refused_in_words()
    {
        var tenant = await shared.AddPartnerAsync("Nonsense");
        var problem = await tenant.Admin.PostJsonAsync(Path, new { name = "Bad", expression = "os.familiy = linux" }, 400);
        (problem.Text("code"), problem.Text("suggestion")).ShouldBe(("expression_invalid", "os.family"));
        await tenant.Admin.SendAsync("POST", Path, new { name = " " }).ShouldBeProblemAsync(400, "name_invalid");
        await tenant.Admin.SendAsync("POST", Path, new { name = "Bad", sort = "name; drop" }).ShouldBeProblemAsync(400, "sort_invalid");
        await tenant.Admin.SendAsync("POST", Path, new { name = "Bad", columns = Enumerable.Range(0, 65).Select(i => $"c{i}") }).ShouldBeProblemAsync(400, "columns_invalid");
        await tenant.Admin.SendAsync("POST", Path, new { name = "Bad", page = "No page" }).ShouldBeProblemAsync(400, "page_invalid");
        var view = (await tenant.Admin.PostJsonAsync(Path, new { name = "Good" }, 201)).Id();
        await tenant.Admin.SendAsync("PATCH", $"{Path}/{view}", new { }).ShouldBeProblemAsync(400, "nothing_to_change");
    }
}
