using System.Diagnostics;
using System.Net;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

[Collection(PluginServer.Alone)]
public sealed class FloodTests(PluginServer plugins, ITestOutputHelper output)
{
    [Fact]
    public async Task A_thousand_sign_ins_at_once_are_answered_and_others_do_not_wait_for_them()
    {
        // Not on the shared server: there, the sign-ins of other tests would be told to come back as well.
        var token = TestContext.Current.CancellationToken;
        var server = plugins.Server;
        using var client = await server.SignInAsync(token);
        var watch = Stopwatch.StartNew();
        var flood = Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ =>
        {
            using var answer = await server.Client.PostTextAsync(
                "/api/v1/auth/login", $$"""{"email":"{{ServerProcess.AdminEmail}}","password":"{{ServerProcess.AdminPassword}}"}""");
            return (answer.StatusCode, RetryAfter: answer.Headers.RetryAfter?.Delta);
        }));
        var waits = new List<double>();
        while (!flood.IsCompleted)
        {
            var start = watch.Elapsed;
            using var answer = await client.GetAsync("/api/v1/auth/me", token);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            waits.Add((watch.Elapsed - start).TotalMilliseconds);
            await Task.Delay(10, token);
        }
        var answers = await flood;
        var signedIn = answers.Count(a => a.StatusCode == HttpStatusCode.OK);
        var busy = answers.Count(a => a.StatusCode == HttpStatusCode.ServiceUnavailable);
        waits.Sort();
        var figures = $"1,000 sign-ins at once: {signedIn} signed in, {busy} told to come back, in {watch.Elapsed.TotalSeconds:0.0} s. "
            + $"Meanwhile {waits.Count} other requests: median {waits[waits.Count / 2]:0} ms, slowest {waits[^1]:0} ms.";
        output.WriteLine(figures);
        Console.WriteLine(figures);

        (signedIn + busy).ShouldBe(1000);
        signedIn.ShouldBeGreaterThan(20);
        answers.Where(a => a.StatusCode == HttpStatusCode.ServiceUnavailable).ShouldAllBe(a => a.RetryAfter > TimeSpan.Zero);
        waits[waits.Count / 2].ShouldBeLessThan(1000);
        waits[^1].ShouldBeLessThan(5000);
        // And the door is open again.
        (await server.SignInAsync(token)).Dispose();
    }
}
