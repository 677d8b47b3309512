using System.Text.Json;
using System.Text.Json.Serialization;
using Breeze.Core.Expressions;

namespace Breeze.Web.Api;

/// <summary>An expression that is none, as a problem: with the place and what to write there.</summary>
/// <param name="field">In which field of the request it stands, when there are several.</param>
sealed class ExpressionProblem(ExpressionError error, string? field = null) : IResult
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        return httpContext.Response.WriteAsJsonAsync(
            new Body("urn:breeze:problem:expression_invalid", "The expression is not valid.", 400, error.Message, "expression_invalid", error.Column, error.Length, error.Suggestion, field),
            Json, ApiProblem.ContentType, httpContext.RequestAborted);
    }

    sealed record Body(string Type, string Title, int Status, string Detail, string Code, int Column, int Length, string? Suggestion,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Field);
}
