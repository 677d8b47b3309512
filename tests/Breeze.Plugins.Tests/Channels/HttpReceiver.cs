using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>A real HTTP server on loopback that keeps what comes and answers as it is told.</summary>
sealed class HttpReceiver : IAsyncDisposable
{
    readonly WebApplication _server;
    readonly ConcurrentQueue<Received> _received = new();

    HttpReceiver(WebApplication server) => _server = server;

    /// <summary>What answers; 200 without a body when nothing is said.</summary>
    public Func<HttpContext, Received, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public string Url => _server.Urls.Single();

    public IReadOnlyList<Received> All => [.. _received];

    public Received Single => _received.ShouldHaveSingleItem();

    public static async Task<HttpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new HttpReceiver(builder.Build());
        receiver._server.Run(receiver.TakeAsync);
        await receiver._server.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public void AnswerWith(int status, string body = "", params (string Name, string Value)[] headers) => Answer = async (context, _) =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
    };

    async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var received = new Received(
            context.Request.Method, context.Request.Path + context.Request.QueryString.ToString(),
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
        _received.Enqueue(received);
        await Answer(context, received);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    internal sealed record Received(string Method, string Path, Dictionary<string, string> Headers, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public JsonElement Json => JsonElement.Parse(Body);
    }
}
