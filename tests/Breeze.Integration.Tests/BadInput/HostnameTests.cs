using System.Text;
using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.BadInput;

public sealed class HostnameTests(SharedServer shared)
{
    [Theory]
    [InlineData("  web\u0000-01\r\n ", "web-01")]
    [InlineData("\u202Eexe.txt\u202C", "exe.txt")]
    [InlineData("a\u200Bb\u2066c", "abc")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("мой-компьютер", "мой-компьютер")]
    [InlineData("שרת", "שרת")]
    public async Task Characters_that_deceive_are_removed_and_the_others_stay(string sent, string stored)
    {
        using var agent = await shared.EnrolAsync(sent);
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}")).Text("hostname").ShouldBe(stored);
    }

    [Fact]
    public async Task A_very_long_name_is_cut()
    {
        using var agent = await shared.EnrolAsync(string.Concat(Enumerable.Repeat("😀", 300)));
        (await shared.Admin.GetJsonAsync($"/api/v1/devices/{agent.Id}")).Text("hostname").Length.ShouldBe(254);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\u0000\\u0001")]
    [InlineData("")]
    public async Task A_name_without_a_character_to_show_is_refused_clearly(string escaped) =>
        await shared.Server.Client.PostBytesAsync("/api/v1/agents/enroll", Encoding.UTF8.GetBytes(Body("HERE").Replace("HERE", escaped, StringComparison.Ordinal)))
            .ShouldBeProblemAsync(400);

    [Fact]
    public async Task Raw_bytes_that_are_no_UTF8_are_refused_clearly()
    {
        var text = Encoding.Latin1.GetBytes(Body("caf\u00e9"));
        await shared.Server.Client.PostBytesAsync("/api/v1/agents/enroll", text).ShouldBeProblemAsync(400, "malformed_json");
    }

    static string Body(string hostname) => $$"""
        {"enrollment_key":"brz_enroll_x","hostname":"{{hostname}}","machine_id":"m","os":{"family":"linux","name":"","version":"","arch":""},"agent_version":"1"}
        """;
}
