using Breeze.Core.Identity;

namespace Breeze.Web.Api;

/// <summary>Refusals of the core as answers.</summary>
static class Refusals
{
    public static int StatusOf(this Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status400BadRequest,
    };

    public static IResult AsProblem(this Refusal refusal) => ApiProblem.Result(refusal.StatusOf(), refusal.Code, refusal.Kind switch
    {
        RefusalKind.NotFound => "There is no such thing.",
        RefusalKind.Forbidden => "You may not do this.",
        RefusalKind.Conflict => "This cannot be done as things are.",
        _ => "The request is not valid.",
    }, refusal.Detail);

    /// <summary>204, or the problem.</summary>
    public static IResult OrNoContent(this Refusal? refusal) => refusal?.AsProblem() ?? Results.NoContent();
}
