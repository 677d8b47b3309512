using System.Net;
using System.Text.RegularExpressions;
using Breeze.Core.Identity;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.People;

/// <summary>What leaves by mail, and the links in it.</summary>
public sealed partial class MailTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invitations_and_resets_go_by_mail_with_the_configured_address()
    {
        await using var mail = new MailServer();
        await using var server = await ServerProcess.StartAsync(
            new() { Environment = new Dictionary<string, string> { ["SMTP_URL"] = mail.Url, ["BREEZE_PUBLIC_URL"] = "https://breeze.example.com" } }, Token);
        using var admin = await server.SignInAsync(Token);

        // The mail server hangs up on the first try; a second one comes.
        var made = await admin.PostJsonAsync("/api/v1/invitations", new { email = "ada@example.com", role_id = BuiltInRoles.PartnerViewer }, 201);
        made.GetProperty("mailed").GetBoolean().ShouldBeTrue();
        var invitation = await mail.NextAsync(Token);
        invitation.ShouldContain("To: ada@example.com");
        Plain(invitation).ShouldContain(made.Text("link"));
        made.Text("link").ShouldStartWith("https://breeze.example.com/invitation/");

        // An unknown and a known address get the same answer; a forged Host changes nothing.
        var (token, cookie) = await FormAsync(server);
        var unknown = await AskAsync(server, token, cookie, "nobody@example.com");
        var known = await AskAsync(server, token, cookie, ServerProcess.AdminEmail);
        known.ShouldBe(unknown);
        var reset = Plain(await mail.NextAsync(Token));
        reset.ShouldContain("To: admin@example.com");
        reset.ShouldNotContain("evil");
        mail.Waiting.ShouldBe(0);
        var path = new Uri(LinkPattern().Match(reset).Value).AbsolutePath;
        path.ShouldStartWith("/reset-password/");

        // A weak password leaves the link good, a good one uses it up and ends what was signed in.
        (await ChooseAsync(server, token, cookie, path, "short")).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ChooseAsync(server, token, cookie, path, "another few words")).ShouldBe(HttpStatusCode.OK);
        (await ChooseAsync(server, token, cookie, path, "yet another few words")).ShouldBe(HttpStatusCode.NotFound);
        await admin.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
        using var again = await server.SignInAsync(ServerProcess.AdminEmail, "another few words", Token);
        server.Output.ShouldNotContain(path.Split('/')[^1]);
    }

    [Theory]
    [InlineData("SMTP_URL", "smtp://user:hunter22@mail.example.com:587")]
    [InlineData("SMTP_URL", "http://mail.example.com?from=a@example.com")]
    [InlineData("BREEZE_PUBLIC_URL", "breeze.example.com")]
    [InlineData("BREEZE_PUBLIC_URL", "https://breeze.example.com/path")]
    public async Task A_setting_that_will_not_do_is_one_line_at_the_start(string name, string value)
    {
        var (exit, output) = await ServerProcess.RunToExitAsync(new() { Environment = new Dictionary<string, string> { [name] = value } }, Token);
        exit.ShouldBe(1);
        output.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(name);
        output.ShouldNotContain("hunter22");
    }

    [Fact]
    public async Task An_administrators_reset_link_works_once_and_is_in_the_audit_log()
    {
        var tenant = await shared.AddPartnerAsync("Resetting");
        var person = await Person.AddAsync(shared, tenant.PartnerId, BuiltInRoles.PartnerViewer);
        var made = await tenant.Admin.PostJsonAsync($"/api/v1/users/{person.Id}/password-reset", new { }, 201);
        var path = new Uri(made.Text("link")).AbsolutePath;
        var (token, cookie) = await FormAsync(shared.Server);
        (await ChooseAsync(shared.Server, token, cookie, path, "words of their own choice")).ShouldBe(HttpStatusCode.OK);
        await person.Client.GetAsync("/api/v1/devices", Token).ShouldBeProblemAsync(401);
        using var again = await shared.Server.SignInAsync(person.Email, "words of their own choice", Token);
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM audit_logs WHERE target_id = $1 AND action IN ('user.password_reset_created', 'user.password_reset')", person.Id.ToString())).ShouldBe(2);
    }

    static async Task<(string Token, string Cookie)> FormAsync(ServerProcess server)
    {
        using var page = await server.Client.GetAsync("/sign-in", Token);
        return (FieldPattern().Match(await page.Content.ReadAsStringAsync(Token)).Groups[1].Value, page.Headers.GetValues("Set-Cookie").First().Split(';')[0]);
    }

    static async Task<string> AskAsync(ServerProcess server, string token, string cookie, string email)
    {
        using var request = Form("/forgot-password", token, cookie, ("Email", email));
        request.Headers.Host = "evil.example";
        using var response = await server.Client.SendAsync(request, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return HashPattern().Replace(await response.Content.ReadAsStringAsync(Token), "");
    }

    static async Task<HttpStatusCode> ChooseAsync(ServerProcess server, string token, string cookie, string path, string password)
    {
        using var request = Form(path, token, cookie, ("Password", password));
        using var response = await server.Client.SendAsync(request, Token);
        return response.StatusCode;
    }

    static HttpRequestMessage Form(string path, string token, string cookie, (string Name, string Value) field) => new(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string> { [field.Name] = field.Value, ["__RequestVerificationToken"] = token }), Headers = { { "Cookie", cookie } },
    };

    /// <summary>Without the soft line ends of quoted-printable.</summary>
    static string Plain(string message) => message.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="([^"]+)""")]
    private static partial Regex FieldPattern();

    [GeneratedRegex(@"https://breeze\.example\.com/reset-password/\S+")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("""nonce="[^"]*"|value="[^"]*" """)]
    private static partial Regex HashPattern();
}
