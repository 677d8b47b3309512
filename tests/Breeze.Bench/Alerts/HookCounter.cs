using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Breeze.Bench.Alerts;

/// <summary>Takes what the webhook channel posts, with the moment.</summary>
sealed class HookCounter : IAsyncDisposable
{
    readonly WebApplication _app;

    HookCounter(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public ConcurrentQueue<(long At, string Body)> Received { get; } = [];

    public static async Task<HookCounter> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var counter = new HookCounter(builder.Build());
        counter._app.MapPost("/", counter.TakeAsync);
        await counter._app.StartAsync();
        return counter;
    }

    async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        Received.Enqueue((Stopwatch.GetTimestamp(), await reader.ReadToEndAsync(context.RequestAborted)));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
