using System.Diagnostics;
using System.Net;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.SignIn;

public sealed class FloodTests(SharedServer shared, ITestOutputHelper output)
{
    [Fact]
    public async Task A_thousand_sign_ins_at_once_are_answered_and_others_do_not_wait_for_them()
    {
        var person = await Person.AddAsync(shared);
        var token = TestContext.Current.CancellationToken;
        using var client = shared.Server.ClientWith((await person.TokensAsync()).Text("access_token"));
        var watch = Stopwatch.StartNew();
        var flood = Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ =>
        {
            using var answer = await person.LogInAsync();
            return (answer.StatusCode, answer.Headers.RetryAfter?.Delta);
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
        await person.TokensAsync();
    }
}
