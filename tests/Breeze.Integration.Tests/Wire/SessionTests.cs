using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Wire;

public sealed class SessionTests(SharedServer shared)
{
    [Fact]
    public async Task A_person_signs_in_and_gets_tokens()
    {
        var tokens = await SignInAsync();
        tokens.GetProperty("expires_in").GetInt32().ShouldBeInRange(60, 3600);
        using var client = shared.Server.ClientWith(tokens.Text("access_token"));
        (await client.GetJsonAsync("/api/v1/organizations")).GetProperty("data").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_its_reuse_ends_the_whole_family()
    {
        var first = (await SignInAsync()).Text("refresh_token");
        var second = (await shared.Server.Client.PostJsonAsync("/api/v1/auth/refresh", new { refresh_token = first })).Text("refresh_token");
        second.ShouldNotBe(first);
        await RefreshAsync(first).ShouldBeProblemAsync(401, "refresh_token_invalid");
        await RefreshAsync(second).ShouldBeProblemAsync(401, "refresh_token_invalid");
    }

    [Fact]
    public async Task Signing_out_ends_the_refresh_token()
    {
        var token = (await SignInAsync()).Text("refresh_token");
        await shared.Server.Client.PostJsonAsync("/api/v1/auth/logout", new { refresh_token = token }, 204);
        await RefreshAsync(token).ShouldBeProblemAsync(401, "refresh_token_invalid");
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_are_refused_alike()
    {
        var person = await shared.AddPartnerAsync("Guessed");
        person.Admin.Dispose();
        var unknown = await LogInAsync("nobody@example.com", "wrong").ShouldBeProblemAsync(401, "invalid_credentials");
        var wrong = await LogInAsync(ServerProcess.AdminEmail, "wrong").ShouldBeProblemAsync(401, "invalid_credentials");
        wrong.ShouldBe(unknown);
    }

    Task<System.Text.Json.JsonElement> SignInAsync() =>
        shared.Server.Client.PostJsonAsync("/api/v1/auth/login", new { email = ServerProcess.AdminEmail, password = ServerProcess.AdminPassword });

    Task<HttpResponseMessage> RefreshAsync(string token) => shared.Server.Client.PostTextAsync("/api/v1/auth/refresh", $$"""{"refresh_token":"{{token}}"}""");

    Task<HttpResponseMessage> LogInAsync(string email, string password) =>
        shared.Server.Client.PostTextAsync("/api/v1/auth/login", $$"""{"email":"{{email}}","password":"{{password}}"}""");
}
