using System.Globalization;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Web.Api;

/// <summary>Errors as RFC 9457 describes them, with a code that clients may rely on and a detail that says what to do.</summary>
static class ApiProblem
{
    public const string ContentType = "application/problem+json";

    public static IResult Result(int status, string code, string title, string detail) => new ProblemResult(status, code, title, detail);

    public static IResult NotFound(string what) =>
        Result(404, $"{what}_not_found", $"There is no such {what.Replace('_', ' ')}.", "Check the id; what you may not see is not found either.");

    public static IResult Invalid(string code, string detail) => Result(400, code, "The request is not valid.", detail);

    public static async Task WriteAsync(HttpContext context, int status, string code, string title, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        var problem = new Problem($"urn:breeze:problem:{code}", title, status, detail, code);
        await JsonSerializer.SerializeAsync(context.Response.Body, problem, ProtocolJson.Default.Problem, context.RequestAborted);
    }

    /// <summary>What could work later; spread over half a minute, so that not all come back at once.</summary>
    public static Task WriteUnavailableAsync(HttpContext context, string code, string detail)
    {
        context.Response.Headers.RetryAfter = Random.Shared.Next(5, 30).ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, 503, code, "The server cannot do this now.", $"{detail} Send it again after the time in Retry-After.");
    }

    /// <summary>Gives the routes' own refusals, which have no body, one.</summary>
    public static Task DescribeAsync(HttpContext context) => context.Response.StatusCode switch
    {
        404 => WriteAsync(context, 404, "not_found", "There is nothing at this address.", "GET /openapi/v1.json lists what there is; an id is a UUID."),
        405 => WriteAsync(context, 405, "method_not_allowed", "This address does not take this method.", "The Allow header says which it takes."),
        415 => WriteAsync(context, 415, "unsupported_media_type", "The request is not valid.", "Send the body in the media type that GET /openapi/v1.json names for this address."),
        _ => Task.CompletedTask,
    };

    sealed class ProblemResult(int status, string code, string title, string detail) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, status, code, title, detail);
    }
}
