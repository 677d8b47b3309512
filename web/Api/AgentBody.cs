using System.Text.Json;

namespace Breeze.Web.Api;

/// <summary>Bodies that agents send: read whole, up to a limit.</summary>
static class AgentBody
{
    /// <summary>The body, or null when it was too large and the answer is written.</summary>
    public static async ValueTask<PooledBody?> ReadAsync(HttpContext context, int maximum)
    {
        if (context.Request.ContentLength > maximum)
        {
            await TooLargeAsync(context, maximum);
            return null;
        }
        var reader = context.Request.BodyReader;
        while (true)
        {
            // Fails by itself when the agent hangs up; asking for the request's token would make one for every request.
            var read = await reader.ReadAsync(CancellationToken.None);
            if (read.Buffer.Length > maximum)
            {
                reader.AdvanceTo(read.Buffer.End);
                await TooLargeAsync(context, maximum);
                return null;
            }
            if (read.IsCompleted)
            {
                var body = new PooledBody(read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public static Task MalformedAsync(HttpContext context, Exception error) => ApiProblem.WriteAsync(
        context, 400, "malformed_json", "The body is not valid JSON.",
        error is JsonException { LineNumber: { } line } json ? $"Look at line {line + 1}, position {json.BytePositionInLine + 1}." : "It must be one JSON object in UTF-8.");

    static Task TooLargeAsync(HttpContext context, int maximum) =>
        ApiProblem.WriteAsync(context, 413, "body_too_large", "The body is too large.", $"This endpoint takes at most {maximum >> 10} KiB.");
}
