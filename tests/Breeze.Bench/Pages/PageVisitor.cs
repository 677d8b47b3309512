using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Breeze.Testing;

namespace Breeze.Bench.Pages;

/// <summary>Somebody who is signed in, on the pages by a cookie and on the API by a token, with one kept-alive connection for each.</summary>
sealed class PageVisitor(HttpClient pages, HttpClient api) : IDisposable
{
    public static async Task<PageVisitor> SignInAsync(ServerProcess server, string email)
    {
        var pages = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer(), MaxConnectionsPerServer = 1 })
        {
            BaseAddress = server.Url,
        };
        const string Start = "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"";
        var form = await pages.GetStringAsync("/sign-in");
        var token = form[(form.IndexOf(Start, StringComparison.Ordinal) + Start.Length)..];
        using var content = new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", token[..token.IndexOf('"', StringComparison.Ordinal)]), new("Email", email), new("Password", ServerProcess.AdminPassword),
        ]);
        using var answer = await pages.PostAsync("/sign-in", content);
        return answer.StatusCode == HttpStatusCode.Redirect
            ? new PageVisitor(pages, await server.SignInAsync(email, ServerProcess.AdminPassword))
            : throw new InvalidOperationException($"Signing in as {email} answered {answer.StatusCode}.");
    }

    /// <summary>Milliseconds from sending a request until its answer is read to the end, one after the other, after some that do not count.</summary>
    public async Task<double[]> MeasureAsync(string path, int requests)
    {
        var client = Client(path);
        var times = new double[requests];
        for (var i = -WarmUp(requests); i < requests; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(path);
            await answer.Content.ReadAsByteArrayAsync();
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new InvalidOperationException($"{path} answered {answer.StatusCode}.");
            }

            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        return times;
    }

    /// <summary>How many requests before those that count.</summary>
    public static int WarmUp(int requests) => Math.Max(5, requests / 10);

    public async Task<JsonElement> ReadAsync(string path) => JsonSerializer.Deserialize<JsonElement>(await Client(path).GetStringAsync(path));

    public void Dispose()
    {
        pages.Dispose();
        api.Dispose();
    }

    HttpClient Client(string path) => path.StartsWith("/api/", StringComparison.Ordinal) ? api : pages;
}
