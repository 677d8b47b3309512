using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Breeze.Browser.Tests;

/// <summary>Takes what a webhook posts, and answers as it is told to.</summary>
sealed class WebhookReceiver : IDisposable
{
    readonly HttpListener _listener = new();

    public WebhookReceiver()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = TakeAsync();
    }

    public string Url { get; }

    public int Status { get; set; } = 204;

    public ConcurrentQueue<JsonElement> Received { get; } = [];

    async Task TakeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
            Received.Enqueue(body.RootElement.Clone());
            context.Response.StatusCode = Status;
            context.Response.Close();
        }
    }

    public void Dispose() => _listener.Close();
}
