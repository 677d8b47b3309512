using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;

namespace Breeze.Web.Api;

/// <summary>The expression language, for whoever writes expressions: its fields, a check, and what could come next.</summary>
static class ExpressionEndpoints
{
    public sealed record FieldItem(string Name, string Written, string Kind, string Description, string Example, IReadOnlyList<string> Values, IEnumerable<string> Operators);

    public sealed record FieldsResponse(IEnumerable<FieldItem> Data);

    public sealed record CheckRequest(string? Text);

    public sealed record ErrorItem(int Column, int Length, string Message, string? Suggestion);

    public sealed record CheckResponse(bool Valid, ErrorItem? Error, string? Normalized);

    public sealed record SuggestionItem(string Insert, string Label, string Description, string Kind, int Start, int Length);

    public sealed record SuggestionsResponse(IEnumerable<SuggestionItem> Data);

    public static void MapExpressions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/expressions").WithTags("Expressions");
        var read = new RequirePermissionAttribute(Permissions.DevicesRead);
        group.MapGet("/fields", FieldsAsync).WithMetadata(read).Produces<FieldsResponse>();
        group.MapPost("/check", CheckAsync).WithMetadata(read).Produces<CheckResponse>();
        group.MapGet("/complete", CompleteAsync).WithMetadata(read).Produces<SuggestionsResponse>();
    }

    static async Task<IResult> FieldsAsync(ExpressionEngine expressions, CancellationToken cancellationToken)
    {
        await expressions.RefreshAsync(TimeSpan.FromSeconds(1), cancellationToken);
        return Results.Ok(new FieldsResponse(expressions.Catalog.Fields.Select(f => new FieldItem(
            f.Name, ExpressionReference.Written(f), ExpressionReference.Kind(f), f.Description, f.Example, f.Values, ExpressionEngine.OperatorsOf(f)))));
    }

    static async Task<IResult> CheckAsync(CheckRequest request, ExpressionEngine expressions, CancellationToken cancellationToken)
    {
        var result = await expressions.ParseAsync(request.Text ?? "", cancellationToken);
        return Results.Ok(new CheckResponse(result.IsValid, result.Error is { } e ? new(e.Column, e.Length, e.Message, e.Suggestion) : null, result.Expression?.Text));
    }

    static async Task<IResult> CompleteAsync(ExpressionCompletion completion, AccessScope scope, string? text, int? caret, CancellationToken cancellationToken)
    {
        var found = await completion.CompleteAsync(scope, text ?? "", caret ?? text?.Length ?? 0, cancellationToken);
        return Results.Ok(new SuggestionsResponse(found.Select(s => new SuggestionItem(s.Insert, s.Label, s.Description, s.Kind, s.Start, s.Length))));
    }
}
