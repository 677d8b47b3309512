using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Breeze.Protocol;

namespace Breeze.Agent.Server;

/// <summary>The calls of the agent protocol. A failure of any kind is an answer, not an exception.</summary>
sealed class ServerClient : IDisposable
{
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    readonly HttpClient _http;
    readonly Uri _server;
    volatile AuthenticationHeaderValue? _authorization;
    readonly string _agentPath;

    public ServerClient(HttpMessageHandler handler, Uri server, Guid agentId, string? token)
    {
        _server = server;
        _http = new HttpClient(handler, disposeHandler: false)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 32 << 20,
        };
        _authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        _agentPath = $"api/v1/agents/{agentId}";
    }

    /// <summary>The token of the calls from now on.</summary>
    public void UseToken(string token) => _authorization = new AuthenticationHeaderValue("Bearer", token);

    public Task<ServerAnswer<EnrollResponse>> EnrollAsync(EnrollRequest request, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post,
        "api/v1/agents/enroll",
        JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.EnrollRequest),
        ProtocolJson.Default.EnrollResponse,
        cancellationToken);

    public Task<ServerAnswer<HeartbeatResponse>> HeartbeatAsync(HeartbeatRequest request, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post,
        $"{_agentPath}/heartbeat",
        JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.HeartbeatRequest),
        ProtocolJson.Default.HeartbeatResponse,
        cancellationToken);

    /// <param name="commandId">The command.</param>
    /// <param name="result">A <see cref="CommandResult"/> as it is stored.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ServerAnswer<CommandResultResponse>> ResultAsync(Guid commandId, byte[] result, CancellationToken cancellationToken) =>
        SendAsync<CommandResultResponse>(HttpMethod.Post, $"{_agentPath}/commands/{commandId}/result", result, null, cancellationToken);

    public Task<ServerAnswer<CommandResultResponse>> InventoryAsync(string kind, byte[] document, CancellationToken cancellationToken) =>
        SendAsync<CommandResultResponse>(
            HttpMethod.Put, $"{_agentPath}/inventory/{Uri.EscapeDataString(kind)}", document, null, cancellationToken);

    /// <summary>Asks for a package from an offset on; the caller reads and disposes of the answer.</summary>
    public async Task<HttpResponseMessage> PackageAsync(string hash, long offset, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server, $"{_agentPath}/plugins/{Uri.EscapeDataString(hash)}"));
        request.Headers.Authorization = _authorization;
        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    /// <param name="method">The method.</param>
    /// <param name="path">Relative to the server's address.</param>
    /// <param name="body">JSON.</param>
    /// <param name="type">Of the answer; <see langword="null"/> when only its status matters.</param>
    /// <param name="cancellationToken">Gives up, with an exception.</param>
    async Task<ServerAnswer<T>> SendAsync<T>(
        HttpMethod method, string path, byte[] body, JsonTypeInfo<T>? type, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(RequestTimeout);
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var request = new HttpRequestMessage(method, new Uri(_server, path)) { Content = content };
            request.Headers.Authorization = _authorization;
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, timeout.Token);
            var status = (int)response.StatusCode;
            var answer = await response.Content.ReadAsByteArrayAsync(timeout.Token);
            if (!response.IsSuccessStatusCode)
            {
                return new ServerAnswer<T>(status, null, ProblemText.Of(status, answer), RetryAfter(response));
            }

            return new ServerAnswer<T>(status, type is null ? null : JsonSerializer.Deserialize(answer, type), null, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ServerAnswer<T>(0, null, $"no answer within {RequestTimeout.TotalSeconds:0} s", null);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException)
        {
            return new ServerAnswer<T>(0, null, ProblemText.Of(error), null);
        }
    }

    static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > DateTimeOffset.UtcNow => date - DateTimeOffset.UtcNow,
        _ => null,
    };
}
