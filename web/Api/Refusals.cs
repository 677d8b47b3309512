using Breeze.Core.Identity;

namespace Breeze.Web.Api;

/// <summary>Refusals of the core as the API answers them.</summary>
static class Refusals
{
    public static IResult ToProblem(this Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Invalid => ApiProblem.Result(400, refusal.Code, "The request is not valid.", refusal.Detail),
        RefusalKind.NotFound => ApiProblem.Result(404, refusal.Code, "It was not found.", refusal.Detail),
        RefusalKind.Forbidden => ApiProblem.Result(403, refusal.Code, "You may not do this.", refusal.Detail),
        _ => ApiProblem.Result(409, refusal.Code, "This cannot be done as things are.", refusal.Detail),
    };
}
