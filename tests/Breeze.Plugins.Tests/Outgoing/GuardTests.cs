using System.Net;
using System.Net.Sockets;
using Breeze.Core.Outgoing;
using Breeze.Plugins.Tests.Channels;
using Breeze.Sdk;
using Microsoft.AspNetCore.Http;

namespace Breeze.Plugins.Tests.Outgoing;

/// <summary>Connections that only go where they may.</summary>
public sealed class GuardTests
{
    static readonly AddressRules LoopbackToo = new([IPNetwork.Parse("127.0.0.0/8")]);

    [Fact]
    public async Task A_name_that_changes_its_address_after_it_was_judged_gains_nothing()
    {
        await using var inside = await HttpReceiver.StartAsync();
        var port = new Uri(inside.Url).Port;
        var asked = 0;
        // The first answer is an address that may be used, where nobody listens; every later one is where somebody does, and may not.
        var rules = new AddressRules([IPNetwork.Parse("127.0.0.2/32")]);
        var connector = new GuardedConnector(rules, (_, _) => Task.FromResult<IPAddress[]>([++asked == 1 ? IPAddress.Parse("127.0.0.2") : IPAddress.Loopback]));
        using var http = new HttpClient(GuardedHttp.CreateHandler(connector));
        for (var attempt = 0; attempt < 3; attempt++)
            await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://rebinding.example:{port}/"), TestContext.Current.CancellationToken));
        asked.ShouldBe(3);
        inside.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_is_asked_for_once_and_the_connection_goes_to_the_address_that_was_judged()
    {
        await using var allowed = await HttpReceiver.StartAsync();
        var port = new Uri(allowed.Url).Port;
        var asked = 0;
        // Were the name resolved again for the connection, it would fail: the second answer is refused.
        var connector = new GuardedConnector(LoopbackToo, (_, _) => Task.FromResult<IPAddress[]>(++asked == 1 ? [IPAddress.Parse("10.0.0.1"), IPAddress.Loopback] : [IPAddress.Parse("10.0.0.1")]));
        using var http = new HttpClient(GuardedHttp.CreateHandler(connector));
        (await http.GetAsync(new Uri($"http://rebinding.example:{port}/"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        asked.ShouldBe(1);

        var refused = await Should.ThrowAsync<ForbiddenAddressException>(async () => await connector.ConnectAsync("rebinding.example", port, TestContext.Current.CancellationToken));
        refused.Message.ShouldBe("rebinding.example is a private address; an administrator can allow it by Outgoing:AllowedNetworks.");
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://127.1:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f.0.0.1:{0}/")]
    [InlineData("http://0177.0.0.1:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://localhost:{0}/")]
    public async Task This_machine_is_refused_however_it_is_written(string form)
    {
        await using var inside = await HttpReceiver.StartAsync();
        using var http = new ChannelContext(allowsLoopback: false).CreateHttpClient();
        var url = new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, new Uri(inside.Url).Port));
        var failure = await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(url, TestContext.Current.CancellationToken));
        failure.InnerException.ShouldBeOfType<ForbiddenAddressException>();
        inside.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_redirect_is_judged_as_well()
    {
        await using var outside = await HttpReceiver.StartAsync();
        outside.AnswerWith(302, "", ("Location", "http://169.254.169.254/latest/meta-data/"));
        using var http = new ChannelContext().CreateHttpClient();
        var failure = await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(new Uri(outside.Url), TestContext.Current.CancellationToken));
        failure.InnerException.ShouldBeOfType<ForbiddenAddressException>().Message.ShouldStartWith("169.254.169.254 is a link-local address");
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_the_sixth_is_the_answer()
    {
        await using var server = await HttpReceiver.StartAsync();
        server.AnswerWith(302, "", ("Location", "/again"));
        using var http = new ChannelContext().CreateHttpClient();
        (await http.GetAsync(new Uri(server.Url), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Found);
        server.All.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_body_is_sent_again_on_the_same_host_alone_and_no_secret_goes_to_another()
    {
        await using var first = await HttpReceiver.StartAsync();
        await using var second = await HttpReceiver.StartAsync();
        using var http = new ChannelContext().CreateHttpClient();
        http.DefaultRequestHeaders.Add("Authorization", "Bearer secret");
        http.DefaultRequestHeaders.Add("X-Key", "secret");

        first.Answer = (context, request) =>
        {
            context.Response.StatusCode = request.Path == "/" ? 307 : 200;
            context.Response.Headers.Location = "/moved";
            return Task.CompletedTask;
        };
        (await http.PostAsync(new Uri(first.Url), new StringContent("hello"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        first.All[^1].Text.ShouldBe("hello");
        first.All[^1].Headers["X-Key"].ShouldBe("secret");

        first.AnswerWith(307, "", ("Location", second.Url + "/"));
        (await http.PostAsync(new Uri(first.Url), new StringContent("hello"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        second.All.ShouldBeEmpty();
        (await http.GetAsync(new Uri(first.Url), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        second.Single.Headers.ShouldNotContainKey("Authorization");
        second.Single.Headers.ShouldNotContainKey("X-Key");
    }

    [Fact]
    public async Task From_https_nothing_goes_on_over_http()
    {
        var asked = new List<Uri>();
        using var http = new HttpClient(new RedirectHandler { InnerHandler = new Redirecting(asked) });
        (await http.GetAsync(new Uri("https://safe.example/"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Found);
        asked.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_answer_without_end_ends_and_cookies_are_not_kept()
    {
        await using var server = await HttpReceiver.StartAsync();
        server.Answer = async (context, _) =>
        {
            context.Response.Headers.SetCookie = "a=b";
            await context.Response.Body.WriteAsync(new byte[64 << 10], context.RequestAborted);
        };
        using var http = new HttpClient(new BoundedAnswers(10_000) { InnerHandler = GuardedHttp.CreateHandler(new GuardedConnector(LoopbackToo)) });
        using var response = await http.GetAsync(new Uri(server.Url), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await Should.ThrowAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var again = await http.GetAsync(new Uri(server.Url), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        server.All[^1].Headers.ShouldNotContainKey("Cookie");
    }

    [Fact]
    public async Task The_environment_has_no_say_in_the_way()
    {
        using var handler = GuardedHttp.CreateHandler(new GuardedConnector(LoopbackToo));
        handler.UseProxy.ShouldBeFalse();
        handler.AllowAutoRedirect.ShouldBeFalse();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var stream = await new GuardedConnector(LoopbackToo).ConnectAsync("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port, TestContext.Current.CancellationToken);
        stream.CanWrite.ShouldBeTrue();
    }

    sealed class Redirecting(List<Uri> asked) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            asked.Add(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("http://safe.example/") } });
        }
    }
}
