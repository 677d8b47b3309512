using System.Net;
using System.Text.RegularExpressions;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Plugins;

/// <summary>What a server plugin adds to the pages and to the clock.</summary>
[Collection(PluginServer.Alone)]
public sealed partial class FragmentAndJobTests(PluginServer plugins)
{
    [Fact]
    public async Task A_plugins_card_is_on_the_dashboard_with_its_values_encoded_until_the_plugin_is_gone()
    {
        var package = Package.HelloServer("1.0.1").WithText("config.schema.json", "Hello from a plugin", "<script>alert(1)</script>");
        (await plugins.UploadAsync(package.Sign())).StatusCode.ShouldBe(HttpStatusCode.Created);
        await Http.UntilAsync(() => plugins.IsActiveAsync("samples.hello-server", "1.0.1"));
        using var browser = await SignInAsync();

        var page = await browser.GetStringAsync("/", TestContext.Current.CancellationToken);

        page.ShouldContain("data-plugin=\"samples.hello-server\"");
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        page.ShouldNotContain("<script>alert(1)");
    }

    [Fact]
    public async Task A_plugins_job_runs_when_an_administrator_asks_for_it()
    {
        (await plugins.UploadAsync(Package.HelloServer("1.0.2").Sign())).StatusCode.ShouldBe(HttpStatusCode.Created);
        await Http.UntilAsync(() => plugins.IsActiveAsync("samples.hello-server", "1.0.2"));

        using var response = await plugins.Admin.PostAsync("/api/v1/plugins/samples.hello-server/jobs/count/run", null, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);

        await Http.UntilAsync(async () =>
            (await plugins.Admin.GetJsonAsync("/api/v1/plugins/samples.hello-server/status")).GetProperty("job_runs").GetInt32() == 1);
    }

    [Fact]
    public async Task A_job_that_no_plugin_has_is_not_found()
    {
        using var response = await plugins.Admin.PostAsync("/api/v1/plugins/samples.hello-server/jobs/nothing/run", null, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>As a browser signs in: the form, its anti-forgery token, the cookies.</summary>
    async Task<HttpClient> SignInAsync()
    {
        var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = plugins.Server.Url };
        var form = await browser.GetStringAsync("/sign-in", TestContext.Current.CancellationToken);
        var fields = new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = TokenField().Match(form).Groups[1].Value,
            ["Email"] = ServerProcess.AdminEmail,
            ["Password"] = ServerProcess.AdminPassword,
        };
        using var content = new FormUrlEncodedContent(fields);
        using var response = await browser.PostAsync("/sign-in", content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return browser;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
