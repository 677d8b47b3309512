using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Support;

/// <summary>Plain HTTP and JSON, as any client has them.</summary>
static class Http
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path, int status = 200)
    {
        using var response = await client.GetAsync(path, Token);
        return await ReadAsync(response, status);
    }

    public static async Task<JsonElement> PostJsonAsync(this HttpClient client, string path, object body, int status = 200)
    {
        using var response = await client.PostAsJsonAsync(path, body, Token);
        return await ReadAsync(response, status);
    }

    public static Task<HttpResponseMessage> PostTextAsync(this HttpClient client, string path, string json) => client.PostBytesAsync(path, Encoding.UTF8.GetBytes(json));

    public static Task<HttpResponseMessage> PostBytesAsync(this HttpClient client, string path, byte[] body, string type = "application/json") =>
        client.PostAsync(path, new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } }, Token);

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        ((int)response.StatusCode).ShouldBe(status, $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.PathAndQuery}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    /// <summary>Checks an error as RFC 9457 and our own rules want it, and answers its detail.</summary>
    public static async Task<string> ShouldBeProblemAsync(this Task<HttpResponseMessage> request, int status, string? code = null)
    {
        using var response = await request;
        var problem = await ReadAsync(response, status);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();
        problem.GetProperty("code").GetString().ShouldNotBeNullOrWhiteSpace();
        if (code is not null)
        {
            problem.GetProperty("code").GetString().ShouldBe(code);
        }
        return problem.GetProperty("detail").GetString()!;
    }

    public static Guid Id(this JsonElement element) => element.GetProperty("id").GetGuid();

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>Asks again until it is so; the patience costs nothing where all is well, and a machine of two cores may be busy.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        for (limit.CancelAfter(patience ?? TimeSpan.FromSeconds(60)); !await condition();)
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
