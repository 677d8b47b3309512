using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Breeze.Testing;

namespace Breeze.Browser.Tests.People;

/// <summary>The site with a real provider to sign in by.</summary>
public sealed partial class SsoSite(Site site) : IAsyncLifetime
{
    public const string Slug = "test-idp";
    public const string Domain = "sso.example.com";
    static readonly Guid Viewer = new("00000000-0000-7000-8000-000000000003");
    static readonly Guid Technician = new("00000000-0000-7000-8000-000000000002");

    OidcServer? _provider;

    /// <summary>Signed in as the administrator.</summary>
    public HttpClient Admin { get; } = new() { BaseAddress = new Uri(site.Url) };

    public Guid ProviderId { get; private set; }

    public string Issuer => _provider!.Issuer;

    public async ValueTask InitializeAsync()
    {
        _provider = await OidcServer.StartAsync($"{site.Url}/sso/callback/{Slug}", TestContext.Current.CancellationToken);
        using var login = await Admin.PostAsJsonAsync("/api/v1/auth/login", new { email = ServerProcess.AdminEmail, password = ServerProcess.AdminPassword }, TestContext.Current.CancellationToken);
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("access_token").GetString();
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var made = await SendAsync(HttpMethod.Post, "/api/v1/sso-providers", new
        {
            slug = Slug, name = "Test Corp", authority = Issuer, client_id = "breeze", client_secret = "a secret of the tests", allowed_domains = new[] { Domain },
            role_claim = "groups", role_mapping = new Dictionary<string, Guid> { ["tech"] = Technician }, default_role_id = Viewer,
        });
        made.Status.ShouldBe(201, made.Body.ToString());
        made.Body.ToString().ShouldNotContain("a secret of the tests");
        ProviderId = made.Body.GetProperty("id").GetGuid();
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Admin.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    /// <summary>A browser without a screen: its cookies, and redirects that are looked at one by one.</summary>
    public HttpClient NewBrowser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(site.Url) };

    /// <summary>Signs in at the provider, up to the address that it sends the browser back to.</summary>
    public async Task<Uri> ToCallbackAsync(HttpClient browser, string login)
    {
        var at = new Uri($"{site.Url}/api/v1/auth/sso/{Slug}");
        using var start = await browser.GetAsync(at, TestContext.Current.CancellationToken);
        at = new Uri(at, start.Headers.Location!);
        for (var step = 0; step < 12; step++)
        {
            if (at.AbsolutePath.StartsWith("/sso/", StringComparison.Ordinal))
            {
                return at;
            }
            using var response = await browser.GetAsync(at, TestContext.Current.CancellationToken);
            if (response.Headers.Location is { } next)
            {
                at = new Uri(at, next);
                continue;
            }
            var prompt = PromptPattern().Match(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Groups[1].Value;
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["prompt"] = prompt, ["login"] = login, ["password"] = "any" });
            using var posted = await browser.PostAsync(at, form, TestContext.Current.CancellationToken);
            at = new Uri(at, posted.Headers.Location ?? throw new InvalidOperationException($"The provider stayed at {prompt}."));
        }
        throw new InvalidOperationException("The provider did not come to an end.");
    }

    /// <summary>Where Breeze sends the browser afterwards; else the words of the page that it shows.</summary>
    public static async Task<(string? Location, string Words)> FinishAsync(HttpClient browser, Uri callback)
    {
        using var response = await browser.GetAsync(callback, TestContext.Current.CancellationToken);
        var alert = AlertPattern().Match(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.Headers.Location?.ToString(), WebUtility.HtmlDecode(alert.Groups[1].Value));
    }

    public async Task<(string? Location, string Words)> SignInAsync(HttpClient browser, string login) => await FinishAsync(browser, await ToCallbackAsync(browser, login));

    public async ValueTask DisposeAsync()
    {
        await SendAsync(HttpMethod.Delete, $"/api/v1/sso-providers/{ProviderId}");
        Admin.Dispose();
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }
    }

    [GeneratedRegex("""name="prompt" value="([a-z]+)""")]
    private static partial Regex PromptPattern();

    [GeneratedRegex("""role="alert".*?<p>([^<]*)</p>""", RegexOptions.Singleline)]
    private static partial Regex AlertPattern();
}
