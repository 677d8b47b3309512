using System.Text.Json;
using Breeze.Integration.Tests.Support;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Wire;

public sealed class DocumentTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_needs_no_token(string path)
    {
        using var response = await shared.Server.Client.GetAsync(path, Token);
        ((int)response.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task The_description_of_the_API_lists_every_route()
    {
        var paths = (await shared.Server.Client.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
        string[] expected =
        [
            "post /api/v1/auth/login", "post /api/v1/auth/refresh", "post /api/v1/auth/logout",
            "get /api/v1/organizations", "get /api/v1/organizations/{id}", "get /api/v1/sites", "get /api/v1/sites/{id}",
            "get /api/v1/enrollment-keys", "post /api/v1/enrollment-keys", "delete /api/v1/enrollment-keys/{id}",
            "post /api/v1/agents/enroll", "post /api/v1/agents/{id}/heartbeat", "post /api/v1/agents/{id}/commands/{commandId}/result",
            "put /api/v1/agents/{id}/inventory/{kind}", "get /api/v1/agents/{id}/plugins/{hash}",
            "get /api/v1/devices", "get /api/v1/devices/{id}", "patch /api/v1/devices/{id}", "delete /api/v1/devices/{id}",
            "get /api/v1/devices/{id}/metrics", "get /api/v1/devices/{id}/inventory/{kind}",
            "get /api/v1/devices/{id}/commands", "post /api/v1/devices/{id}/commands", "get /api/v1/devices/{id}/commands/{commandId}",
            "post /api/v1/devices/{id}/commands/{commandId}/cancel", "get /api/v1/plugins", "post /api/v1/plugins", "get /healthz", "get /readyz",
        ];
        var described = paths.EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => $"{o.Name} {p.Name}")).ToList();
        expected.Except(described).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_description_of_the_API_says_what_the_action_of_a_rule_is_made_of()
    {
        var document = await shared.Server.Client.GetJsonAsync("/openapi/v1.json");
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var body = Resolve(document.GetProperty("paths").GetProperty("/api/v1/alert-rules").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"));
        Resolve(body.GetProperty("properties").GetProperty("action")).GetProperty("properties").EnumerateObject().Select(p => p.Name)
            .ShouldBe(["kind", "runtime", "script", "timeout_seconds", "when", "at_most_per_hour"], ignoreOrder: true);

        JsonElement Resolve(JsonElement schema) => schema.TryGetProperty("$ref", out var reference) ? schemas.GetProperty(reference.GetString()!.Split('/')[^1]) : schema;
    }

    [Fact]
    public async Task The_page_to_browse_the_API_and_its_script_answer()
    {
        using var page = await shared.Server.Client.GetAsync("/openapi/", Token);
        var html = await page.Content.ReadAsStringAsync(Token);
        ((int)page.StatusCode).ShouldBe(200, html);
        html.ShouldContain("<script");
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("GET", "/api/v1/devices/not-an-id", 404)]
    [InlineData("PUT", "/api/v1/devices", 405)]
    [InlineData("GET", "/api/v1/auth/login", 405)]
    public async Task An_address_that_does_not_exist_is_a_problem_too(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await shared.Admin.SendAsync(request, Token).ShouldBeProblemAsync(status);
    }
}
