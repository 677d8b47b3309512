using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Expressions;

/// <summary>Expressions over HTTP: what they find, what is said of those that are none, and what they suggest.</summary>
public sealed class FilterTests(SharedServer shared)
{
    [Fact]
    public async Task A_filter_finds_devices_within_reach_and_pages_through_them()
    {
        var name = $"flt{Guid.NewGuid():n}"[..20];
        var theirs = await shared.AddPartnerAsync("Foreign");
        using var first = await shared.EnrolAsync($"{name}-1");
        using var second = await shared.EnrolAsync($"{name}-2");
        using var foreign = await FakeAgent.EnrolAsync(shared.Server.Url, theirs.Admin, theirs.SiteId, $"{name}-3");
        var page = await FindAsync($"hostname starts_with \"{name.ToUpperInvariant()}\"", "&limit=1");
        page.Found.ShouldBe([first.Id]);
        (await FindAsync($"hostname starts_with \"{name}\"", $"&limit=1&cursor={page.Next}")).Found.ShouldBe([second.Id]);
        (await FindAsync($"{name} and not (hostname matches \"-1$\")")).Found.ShouldBe([second.Id]);
        (await FindAsync($"hostname in (\"{name}-1\", \"{name}-3\") and last_seen is empty or hostname = {name}-1")).Found.ShouldBe([first.Id]);
        (await FindAsync($"{name} and custom.rack > 4 and os.version > 1.2.3")).Found.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_filter_that_is_none_is_refused_with_its_place()
    {
        var problem = await shared.Admin.GetJsonAsync($"/api/v1/devices?filter={Uri.EscapeDataString("live and os.familiy = \"linux\"")}", 400);
        (problem.Text("code"), problem.GetProperty("column").GetInt32(), problem.GetProperty("length").GetInt32(), problem.Text("suggestion")).ShouldBe(("expression_invalid", 10, 10, "os.family"));
        await shared.Admin.GetAsync($"/api/v1/devices?filter={new string('(', 3000)}", TestContext.Current.CancellationToken).ShouldBeProblemAsync(400, "expression_invalid");
        var check = await shared.Admin.PostJsonAsync("/api/v1/expressions/check", new { text = new string('x', 100_000) });
        check.GetProperty("valid").GetBoolean().ShouldBeFalse();
        (await shared.Admin.PostJsonAsync("/api/v1/expressions/check", new { text = "OS.Family=linux" })).Text("normalized").ShouldBe("os.family = \"linux\"");
    }

    [Fact]
    public async Task A_metric_is_a_field_the_moment_it_is_declared()
    {
        var name = $"test.m{Guid.NewGuid():n}";
        await using (var declare = shared.Database.System.CreateCommand("INSERT INTO metric_definitions (name, unit, kind, plugin_id, labels) VALUES ($1, 'By', 'gauge', 'test', '{disk}')"))
        {
            (await shared.Admin.PostJsonAsync("/api/v1/expressions/check", new { text = $"{name} > 1" })).GetProperty("valid").GetBoolean().ShouldBeFalse();
            declare.Parameters.Add(new() { Value = name });
            await declare.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        await Http.UntilAsync(async () => (await shared.Admin.PostJsonAsync("/api/v1/expressions/check", new { text = $"metric(\"{name}\", disk = \"sda\") > 4 GiB" })).GetProperty("valid").GetBoolean(), TimeSpan.FromSeconds(10));
        (await shared.Admin.GetJsonAsync("/api/v1/expressions/fields")).GetProperty("data").EnumerateArray().ShouldContain(f => f.Text("name") == name);
        await using var remove = shared.Database.System.CreateCommand("DELETE FROM metric_definitions WHERE name = $1");
        remove.Parameters.Add(new() { Value = name });
        await remove.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_could_come_next_is_suggested_with_names_from_within_reach()
    {
        var here = await shared.Admin.AddOrganizationAsync();
        var theirs = await shared.AddPartnerAsync("Elsewhere");
        using var technician = await shared.AddOrganizationUserAsync(here.OrganizationId, BuiltInRoles.OrganizationTechnician);
        (await CompleteAsync(technician, "os.fa")).ShouldContain(("os.family", "os.family ", 0, 5));
        (await CompleteAsync(technician, "live and os.family ")).ShouldContain(("=", "= ", 19, 0));
        (await CompleteAsync(technician, "status = on")).ShouldContain(("online", "\"online\" ", 9, 2));
        (await CompleteAsync(technician, "status in (\"online\", ")).ShouldContain(("offline", "\"offline\" ", 21, 0));
        (await CompleteAsync(technician, "status = \"online\" ")).ShouldContain(("and", "and ", 18, 0));
        (await CompleteAsync(technician, "organization = \"")).ShouldHaveSingleItem();
        (await CompleteAsync(theirs.Admin, "organization = ")).ShouldHaveSingleItem().Label.ShouldBe("Elsewhere's customer");
        (await CompleteAsync(technician, new string('x', 4500))).ShouldBeEmpty();
    }

    async Task<(IEnumerable<Guid> Found, string? Next)> FindAsync(string filter, string more = "")
    {
        var page = await shared.Admin.GetJsonAsync($"/api/v1/devices?filter={Uri.EscapeDataString(filter)}{more}");
        return ([.. page.GetProperty("data").EnumerateArray().Select(d => d.Id())], page.GetProperty("next_cursor").GetString());
    }

    static async Task<List<(string Label, string Insert, int Start, int Length)>> CompleteAsync(HttpClient client, string text) =>
        [.. (await client.GetJsonAsync($"/api/v1/expressions/complete?text={Uri.EscapeDataString(text)}&caret={text.Length}")).GetProperty("data").EnumerateArray()
            .Select(s => (s.Text("label"), s.Text("insert"), s.GetProperty("start").GetInt32(), s.GetProperty("length").GetInt32()))];
}
