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

    sealed class ProblemResult(int status, string code, string title, string detail) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, status, code, title, detail);
    }
}
