using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>A real HTTP server that takes what the fixture's channel posts.</summary>
sealed class HookReceiver : IAsyncDisposable
{
    readonly WebApplication _app;

    HookReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>What came, with the moment.</summary>
    public ConcurrentQueue<(DateTimeOffset At, string Token, JsonElement Body, string Path)> Received { get; } = [];

    /// <summary>The status that it answers.</summary>
    public int Status { get; set; } = 204;

    public static async Task<HookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new HookReceiver(builder.Build());
        receiver._app.MapPost("/{**path}", receiver.TakeAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    async Task TakeAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        Received.Enqueue((DateTimeOffset.UtcNow, context.Request.Headers["X-Token"].ToString(), document.RootElement.Clone(), context.Request.Path));
        context.Response.StatusCode = Status;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
