using System.Net;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

/// <summary>A browser without script: cookies, forms, and the anti-forgery token that a form carries.</summary>
sealed class PageClient : IDisposable
{
    readonly HttpClient _client;

    public PageClient(ServerProcess server) =>
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = server.Url, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Whether forms go out as htmx sends them.</summary>
    public bool AsHtmx { get; set; }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PageClient> SignInAsync(ServerProcess server, string email, string password)
    {
        var browser = new PageClient(server);
        using var response = await browser.SendAsync("/sign-in", "", ("Email", email), ("Password", password));
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect, await response.Content.ReadAsStringAsync(Token));
        return browser;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path, Token);

    /// <summary>Opens what goes on as long as somebody listens.</summary>
    public async Task<StreamReader> OpenStreamAsync(string path)
    {
        var response = await _client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new(await response.Content.ReadAsStreamAsync(Token));
    }

    /// <summary>Sends a form of a page.</summary>
    public async Task<HttpResponseMessage> SendAsync(string page, string query, params (string Name, string Value)[] fields)
    {
        using var form = await _client.GetAsync(page, Token);
        var token = Between(await form.Content.ReadAsStringAsync(Token), "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"", "\"");
        using var content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]);
        using var request = new HttpRequestMessage(HttpMethod.Post, page.Split('?')[0] + query) { Content = content };
        if (AsHtmx)
        {
            request.Headers.Add("HX-Request", "true");
        }
        return await _client.SendAsync(request, Token);
    }

    /// <summary>Sends a form as another site could make a browser do: with the cookies, without the token.</summary>
    public async Task<int> PostBareAsync(string path)
    {
        using var content = new FormUrlEncodedContent([new("name", "x"), new("id", Guid.NewGuid().ToString())]);
        using var response = await _client.PostAsync(path, content, Token);
        return (int)response.StatusCode;
    }

    /// <summary>Sends a form and answers the page that comes.</summary>
    public async Task<string> PostAsync(string page, string query, params (string Name, string Value)[] fields)
    {
        using var response = await SendAsync(page, query, fields);
        var text = await response.Content.ReadAsStringAsync(Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text;
    }

    public static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        from.ShouldBeGreaterThanOrEqualTo(0, $"{start} is not in: {text}");
        from += start.Length;
        return WebUtility.HtmlDecode(text[from..text.IndexOf(end, from, StringComparison.Ordinal)]);
    }

    public void Dispose() => _client.Dispose();
}
